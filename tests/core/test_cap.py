"""CAP 1.2: what we write is valid by the OASIS schema, what we read is bounded, and nobody outside moves our horns."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.cap import (
    BAO_DONG,
    HAMLET,
    RISK,
    Area,
    Cap,
    CapSeverity,
    Info,
    MsgType,
    Reference,
    Scope,
    Status,
    hamlets_named,
    parameter,
)
from edge.core.cap_xml import MOST_BYTES, NAMESPACE, read_cap, write_cap
from edge.core.errors import FinalError
from edge.core.policy.cap_intake import Effect, Trust, judge, spoken

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "assets" / "cap" / "CAP-v1.2.xsd"
NOW = 1_795_000_000_000
HOUR = 3_600_000
INFO = Info(
    event="Xả lũ",
    severity=CapSeverity.SEVERE,
    categories=("Met", "Safety"),
    urgency="Immediate",
    certainty="Observed",
    responses=("Evacuate",),
    onset_ms=NOW,
    expires_ms=NOW + HOUR,
    sender_name="Công ty thuỷ điện",
    headline="Hồ Minh xả lũ lúc 15h",
    description="Mực nước hồ <152 m> & đang lên.",
    instruction="Bà con thôn Đông không qua ngầm.",
    web="https://tinh.example/canh-bao",
    parameters=((BAO_DONG, "2"), (RISK, "3"), ("trống", "")),
    areas=(Area("Thôn Đông", ("17.1,106.8 17.2,106.9 17.1,106.8",), ("17.1,106.8 2",), ((HAMLET, "dong"),)),),
)
CAP = Cap("tin-1", "kttv@tinh.example", NOW - 60_000, Status.ACTUAL, MsgType.ALERT, infos=(INFO,))
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(lambda text: " ".join(text.split()))
some_words = words.filter(bool)


def schema() -> object:
    if not SCHEMA.exists():
        pytest.skip(f"{SCHEMA} is not there: what we write is not judged by the OASIS schema")
    import xmlschema

    return xmlschema.XMLSchema(str(SCHEMA))


@pytest.mark.parametrize(
    "cap",
    [
        CAP,
        replace(CAP, infos=()),
        replace(CAP, msg_type=MsgType.CANCEL, references=(CAP.reference, Reference("a@b", "x", NOW)), note="Hết."),
        replace(CAP, infos=(INFO, replace(INFO, language="en", event="Flood release", areas=())), source="Trạm"),
    ],
)
def test_what_we_write_is_valid_by_the_schema_and_comes_back(cap: Cap) -> None:
    data = write_cap(cap)
    schema().validate(data.decode().split("\n", 1)[1])  # type: ignore[attr-defined]  # xmlschema ships no types
    assert read_cap(data) == cap


@settings(max_examples=60, deadline=None)
@given(headline=words, description=words, event=some_words, value=words, at=st.integers(0, 4_000_000_000))
def test_any_words_come_back(headline: str, description: str, event: str, value: str, at: int) -> None:

    info = Info(event, CapSeverity.MINOR, headline=headline, description=description, expires_ms=at * 1000)
    found = read_cap(write_cap(replace(CAP, infos=(replace(info, parameters=(("x", value),)),)))).infos[0]
    assert (found.headline, found.description, found.event) == tuple(map(tidy, (headline, description, event)))


def tidy(text: str) -> str:
    """As every text comes out: NFC, blanks joined."""
    return " ".join(unicodedata.normalize("NFC", text).split())


BOMB = """<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&b;</identifier></alert>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&x;</identifier></alert>"""
DTD = """<?xml version="1.0"?><!DOCTYPE alert SYSTEM "http://example.test/x.dtd"><alert/>"""


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, DTD])
def test_entities_and_dtds_are_refused(text: str) -> None:
    for data in (text.encode(), text.replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16")):
        with pytest.raises(FinalError, match="DTD"):
            read_cap(data)


def changed(old: str, new: str) -> bytes:
    data = write_cap(CAP).decode()
    assert old in data
    return data.replace(old, new).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "XML"),
        (b"khong phai xml", "XML"),
        (b"<alert/>", "không phải bản tin CAP"),
        (f'<bao xmlns="{NAMESPACE}"/>'.encode(), "không phải bản tin CAP"),
        (b"<alert>" + b" " * MOST_BYTES, "tối đa"),
        (b"<a>" * 50, "lồng quá sâu"),
        (f'<alert xmlns="{NAMESPACE}">{"<info/>" * 3000}</alert>'.encode(), "quá nhiều phần tử"),
        (changed("<status>Actual", "<status>Real"), "status"),
        (changed("<msgType>Alert", "<msgType>Alarm"), "msgType"),
        (changed("<scope>Public</scope>", ""), "scope"),
        (changed("<identifier>tin-1", "<identifier>tin 1"), "identifier"),
        (changed("<severity>Severe", "<severity>Bad"), "severity"),
        (changed("<category>Met", "<category>Water"), "category"),
        (changed("<event>Xả lũ</event>", ""), "event"),
        (changed("<sender>", "<status>Test</status><sender>"), "hai lần"),
        (changed("<severity>Severe", "<severity>Minor</severity><severity>Severe"), "hai lần"),
        (write_cap(CAP).replace(b"+07:00</sent>", b"Z</sent>"), "sent"),
        (write_cap(CAP).replace(b"<headline>", b"<headline>" + b"x" * 9000), "dài quá"),
    ],
)
def test_what_is_no_message_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(FinalError, match=why):
        read_cap(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    with pytest.raises(FinalError):
        read_cap(data)


def test_a_signature_of_another_namespace_is_passed_over() -> None:
    foreign = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><status>Test</status></Signature></alert>'
    signed = changed("</alert>", foreign)
    assert read_cap(signed) == CAP


def test_vietnamese_parts_are_found() -> None:
    english = replace(INFO, language="en-US", event="Flood")
    cap = replace(CAP, infos=(english, INFO))
    assert cap.info == INFO
    assert (parameter(cap, BAO_DONG), parameter(cap, RISK), hamlets_named(cap)) == ("2", "3", ("dong",))
    assert spoken(INFO) == ("Hồ Minh xả lũ lúc 15h. Mực nước hồ <152 m> & đang lên. Bà con thôn Đông không qua ngầm.")


HAMLETS = {"dong", "tay"}
SIGNED = Trust(known=True, signed=True, template="xa-lu")
NOWHERE = replace(INFO, areas=(Area("Cả tỉnh"),))
ELSEWHERE = replace(INFO, areas=(Area("Nơi khác", geocodes=((HAMLET, "xa-khac"),)),))
UPDATE = replace(CAP, identifier="tin-3", msg_type=MsgType.UPDATE, references=(CAP.reference,))
CANCEL = replace(CAP, identifier="tin-2", msg_type=MsgType.CANCEL, references=(CAP.reference,), infos=())


@pytest.mark.parametrize(
    ("cap", "trust", "received", "effect"),
    [
        (CAP, SIGNED, (), Effect.ALARM),
        (CAP, replace(SIGNED, template=""), (), Effect.DRAFT),
        (CAP, replace(SIGNED, signed=False), (), Effect.DRAFT),
        (CAP, Trust(), (), Effect.DRAFT),
        (replace(CAP, infos=(NOWHERE,)), SIGNED, (), Effect.DRAFT),
        (replace(CAP, infos=(ELSEWHERE,)), SIGNED, (), Effect.REFUSE),
        (replace(CAP, infos=()), SIGNED, (), Effect.REFUSE),
        (replace(CAP, status=Status.TEST), SIGNED, (), Effect.REFUSE),
        (replace(CAP, status=Status.EXERCISE), SIGNED, (), Effect.REFUSE),
        (replace(CAP, status=Status.DRAFT), SIGNED, (), Effect.REFUSE),
        (replace(CAP, status=Status.SYSTEM), SIGNED, (), Effect.REFUSE),
        (replace(CAP, scope=Scope.RESTRICTED), SIGNED, (), Effect.REFUSE),
        (replace(CAP, msg_type=MsgType.ACK), SIGNED, (), Effect.REFUSE),
        (replace(CAP, sent_ms=NOW + HOUR), SIGNED, (), Effect.REFUSE),
        (replace(CAP, infos=(replace(INFO, expires_ms=NOW),)), SIGNED, (), Effect.REFUSE),
        (replace(CAP, sent_ms=NOW - 25 * HOUR, infos=(replace(INFO, expires_ms=None),)), SIGNED, (), Effect.REFUSE),
        (CAP, SIGNED, (CAP,), Effect.REFUSE),
        (CANCEL, SIGNED, (), Effect.REFUSE),
        (CANCEL, SIGNED, (CAP,), Effect.CANCEL),
        (replace(CANCEL, sender="khac@tinh.example"), SIGNED, (CAP,), Effect.REFUSE),
        (
            replace(CAP, identifier="tin-3", msg_type=MsgType.UPDATE, references=(CAP.reference,)),
            SIGNED,
            (CAP,),
            Effect.ALARM,
        ),
    ],
)
def test_what_a_message_may_do(cap: Cap, trust: Trust, received: tuple[Cap, ...], effect: Effect) -> None:
    before = frozenset(one.reference for one in received)
    assert judge(cap, trust, HAMLETS, before, NOW, drill=False).effect is effect


@pytest.mark.parametrize("status", [Status.TEST, Status.EXERCISE])
def test_a_drill_is_a_draft_that_says_so_first_and_last(status: Status) -> None:
    verdict = judge(replace(CAP, status=status), SIGNED, HAMLETS, frozenset(), NOW, drill=True)
    assert (verdict.effect, verdict.priority) == (Effect.DRAFT, "uu_tien")
    assert verdict.text.startswith("Diễn tập. ")
    assert verdict.text.endswith(" Diễn tập.")


@pytest.mark.parametrize(
    ("severity", "priority"), [("Extreme", "khan_cap"), ("Severe", "khan_cap"), ("Moderate", "uu_tien")]
)
def test_how_grave_it_is_decides_the_class(severity: str, priority: str) -> None:
    cap = replace(CAP, infos=(replace(INFO, severity=CapSeverity(severity)),))
    verdict = judge(cap, Trust(), HAMLETS, frozenset(), NOW, drill=False)
    assert (verdict.priority, verdict.hamlets) == (priority, ("dong",))


def test_an_update_says_what_it_replaces_and_only_of_the_same_sender() -> None:
    other = replace(CAP, identifier="tin-9", sender="khac@tinh.example")
    update = replace(UPDATE, references=(CAP.reference, other.reference))
    verdict = judge(update, SIGNED, HAMLETS, frozenset({CAP.reference, other.reference}), NOW, drill=False)
    assert verdict.replaces == (CAP.reference,)
