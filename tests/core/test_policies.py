from dataclasses import replace

import pytest

from edge.core.alert import Person
from edge.core.broadcast import Ack, AckState, OrderId, Outcome
from edge.core.incident import Evidence, Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.policy import alerting, reporting
from edge.core.policy.rules.rule import RuleKind
from edge.core.sentences import label_name

DONE = Ack(OrderId(1, 1), HornId("h"), AckState.DONE, AtMs(0), rms_db=-18.0, amp_ma=900, played_ms=10_000)


@pytest.mark.parametrize(
    ("ack", "outcome"),
    [
        (DONE, Outcome.PLAYED),
        (None, Outcome.UNKNOWN),
        (replace(DONE, state=AckState.PLAYING), Outcome.UNKNOWN),
        (replace(DONE, state=AckState.REFUSED), Outcome.REFUSED),
        (replace(DONE, played_ms=4_000), Outcome.PARTIAL),
        (replace(DONE, rms_db=-70.0), Outcome.SILENT),
        (replace(DONE, rms_db=None), Outcome.SILENT),
        (replace(DONE, amp_ma=3), Outcome.SILENT),
        (replace(DONE, amp_ma=None), Outcome.UNKNOWN),
        (replace(DONE, amp_ma=None, level_db=-12.0), Outcome.PLAYED),
        (replace(DONE, level_db=-12.0), Outcome.PLAYED),
        (replace(DONE, level_db=-60.0), Outcome.SILENT),
        (replace(DONE, amp_ma=None, level_db=-60.0), Outcome.SILENT),
        (replace(DONE, amp_ma=3, level_db=-12.0), Outcome.SILENT),
        (replace(DONE, amp_ma=None, played_ms=4_000), Outcome.PARTIAL),
        (replace(DONE, state=AckState.FAILED, amp_ma=3, played_ms=2_000), Outcome.SILENT),
        (replace(DONE, state=AckState.PREEMPTED, level_db=-60.0, played_ms=2_000), Outcome.SILENT),
        (replace(DONE, state=AckState.PREEMPTED, amp_ma=None, played_ms=2_000), Outcome.PARTIAL),
        (replace(DONE, err="tăng âm không lên"), Outcome.SILENT),
        (replace(DONE, state=AckState.PREEMPTED, played_ms=2_000), Outcome.PARTIAL),
        (replace(DONE, state=AckState.PREEMPTED, played_ms=0), Outcome.SILENT),
        (replace(DONE, state=AckState.FAILED, played_ms=None), Outcome.SILENT),
    ],
)
def test_every_order_ends_in_the_outcome_that_its_evidence_shows(ack: Ack | None, outcome: Outcome) -> None:
    assert reporting.conclude(ack, 10_000)[0] is outcome


def incident(kind: IncidentKind = IncidentKind.INTRUSION) -> Incident:
    return Incident(
        IncidentId("1-1"), kind, Severity.SEVERE, "c1/bank", "bờ sông", "dong", "Báo động 2 tại Lệ Thủy", AtMs(0)
    )


def test_the_hamlets_own_people_are_told_before_the_communes() -> None:
    people = [
        Person("a", "An", "0900000001", "", "trực"),
        Person("b", "Bình", "0900000002", "dong", "trưởng thôn"),
        Person("c", "Chi", "0900000003", "tay", "trưởng thôn"),
    ]
    assert [person.id for person in alerting.recipients(IncidentKind.INTRUSION, Severity.MINOR, {"dong"}, people)] == [
        "b",
        "a",
    ]


def test_a_camera_that_is_gone_is_told_to_technicians_only() -> None:
    people = [
        Person("a", "An", "0900000001", "", "trực"),
        Person("b", "Bình", "0900000002", "", "Cán bộ Kỹ Thuật"),
        Person("c", "Chi", "0900000003", "tay", "kỹ thuật"),
    ]
    told = alerting.recipients(IncidentKind.DEVICE, Severity.EXTREME, {"dong"}, people)
    assert [person.id for person in told] == ["b"]


@pytest.mark.parametrize(
    ("severity", "told"),
    [(Severity.MINOR, []), (Severity.MODERATE, []), (Severity.SEVERE, ["a"]), (Severity.EXTREME, ["a"])],
)
def test_without_a_technician_a_grave_trouble_of_the_box_reaches_those_of_the_commune(
    severity: Severity, told: list[str]
) -> None:
    people = [
        Person("a", "An", "0900000001", "", "chủ tịch"),
        Person("b", "Bình", "0900000002", "dong", "trưởng thôn"),
        Person("c", "Chi", "0900000003", "tay", "kỹ thuật"),
    ]
    found = alerting.recipients(IncidentKind.DEVICE, severity, (), people)
    assert [person.id for person in found] == told


@pytest.mark.parametrize("rule", list(RuleKind))
@pytest.mark.parametrize("label", ["person", "motorcycle", "thuyền máy lạ của nhà ai đó"])
def test_every_rule_has_an_sms_that_fits_and_says_what_it_saw(rule: RuleKind, label: str) -> None:
    seen = replace(incident(), evidence=Evidence("cong", rule, "san", label))
    text = alerting.sms_text(seen, 17, 5, "Thôn Đông")
    assert len(text) <= 70
    assert label_name(label).upper()[:10] in text


@pytest.mark.parametrize("kind", list(IncidentKind))
def test_every_alarm_fits_one_sms(kind: IncidentKind) -> None:
    text = alerting.sms_text(incident(kind), 17, 5, "Thôn Đông Sơn Thượng Nguồn Xa Xôi Hẻo Lánh Vô Cùng")
    assert len(text) <= 70
    assert "17h05" in alerting.sms_text(incident(kind), 17, 5, "Thôn Đông")


def test_nothing_is_played_without_a_measure_of_the_amplifier() -> None:
    for amp_ma in (None, 0, 49, 50, 4_000):
        for level_db in (None, -90.0, -40.1, -40.0, 0.0):
            ack = replace(DONE, amp_ma=amp_ma, level_db=level_db)
            driven = (amp_ma is not None and amp_ma >= 50) or (level_db is not None and level_db >= -40.0)
            against = (amp_ma is not None and amp_ma < 50) or (level_db is not None and level_db < -40.0)
            played = reporting.conclude(ack, 10_000)[0] is Outcome.PLAYED
            assert played is (driven and not against), (amp_ma, level_db)
