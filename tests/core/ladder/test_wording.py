"""Every message fits one SMS part by construction, however long the names of a commune are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.incident import Evidence, Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.policy.alerting import brief_of, sms_text
from edge.core.policy.ladder import texts
from edge.core.policy.ladder.wording import Blank, Wording, shorten, shorten_sentence, units
from edge.core.policy.rules.rule import RuleKind

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=90).filter(str.strip)
KINDS = st.sampled_from(list(IncidentKind))


def incident(kind: IncidentKind, place: str, title: str, rule: RuleKind = RuleKind.ENTER, label: str = "") -> Incident:
    seen = Evidence("cong", rule, "san", label or "person") if kind is IncidentKind.INTRUSION else None
    return Incident(IncidentId("1-1"), kind, Severity.SEVERE, "x", place, "dong", title, AtMs(0), evidence=seen)


@given(KINDS, NAMES, NAMES, NAMES, st.sampled_from(list(RuleKind)), NAMES)
def test_every_alarm_fits_one_part_whatever_things_are_called(
    kind: IncidentKind, place: str, hamlet: str, title: str, rule: RuleKind, label: str
) -> None:
    one = incident(kind, place, title, rule, label)
    assert 0 < units(sms_text(one, 17, 5, hamlet)) <= 70
    assert units(brief_of(one)) <= texts.BRIEF_ROOM
    assert "17h05" in sms_text(one, 17, 5, hamlet)


@given(NAMES, st.lists(NAMES, min_size=1, max_size=60))
def test_every_message_about_others_fits_one_part(name: str, briefs: list[str]) -> None:
    for text in (
        texts.stand_in_text(name, briefs[0]),
        texts.missing_text(briefs, name),
        texts.several_text(briefs),
        texts.state_text(briefs),
        texts.level_text([(brief, 2.35, 2, "17h05") for brief in briefs]),
    ):
        assert 0 < units(text) <= 70
        assert unicodedata.is_normalized("NFC", text)


@given(NAMES, st.integers(3, 40))
def test_a_name_is_shortened_to_its_room(name: str, room: int) -> None:
    assert units(shorten(name, room)) <= room
    assert units(shorten_sentence(name, room)) <= room


@pytest.mark.parametrize(
    ("name", "room", "short"),
    [
        ("Nguyễn Văn An", 20, "Nguyễn Văn An"),
        ("Nguyễn Văn An", 12, "N. Văn An"),
        ("Nguyễn Văn An", 7, "N.V. An"),
        ("Thôn Đông Sơn", 11, "T. Đông Sơn"),
        ("Nhà văn hoá Thôn Đoài", 12, "NVH T. Đoài"),
        ("Uỷ ban nhân dân xã", 10, "UBND xã"),
        ("Khu 12 Bến Cát", 10, "K.12B. Cát"),
        ("Krông", 3, "Kr…"),
    ],
)
def test_names_are_shortened_by_rule_and_never_cut_blindly(name: str, room: int, short: str) -> None:
    assert shorten(name, room) == short


def test_a_wording_that_could_not_fit_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="71 units"):
        Wording(f"{'x' * 61} {{place}}", Blank("place", 9))


def test_what_is_short_enough_is_left_as_it_is() -> None:
    one = incident(IncidentKind.FLOOD_LEVEL, "Lệ Thuỷ", "Báo động 2 tại trạm Lệ Thuỷ: 2,35 m")
    assert sms_text(one, 7, 5, "") == "Báo động 2 tại trạm Lệ Thuỷ: 2,35 m (7h05). Đáp 1."


def test_a_storm_is_told_with_its_count() -> None:
    briefs = ["CÓ NGƯỜI: Cửa kho", "Camera cổng bị che", "Loa Đông im", "CÓ NGƯỜI: Chợ", "CÓ Ô TÔ: Chợ"]
    assert texts.several_text(briefs) == "5 việc mới: CÓ NGƯỜI: Cửa kho; Camera cổng bị che. Đáp 1 nhận."
