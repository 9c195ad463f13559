"""Which recordings go first, and which not yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.policy.retention import (
    AGES,
    DAY_MS,
    SOONER_MS,
    Kind,
    Load,
    Piece,
    bytes_to_free,
    cutoff_ms,
    disk_is_full,
    first_out,
    may_pin,
)
from edge.core.recording import Importance, importance_of

NOW = 1_790_000_000_000
HOUR_MS = 3_600_000
GB = 1_000_000_000
ROOMY = 1000 * GB


def piece(name: str, hours: float, importance: Importance = Importance.NOTHING, size: int = 10) -> Piece:
    return Piece(Kind.SEGMENT, name, "cong", NOW - round(hours * HOUR_MS), size, importance, (f"{name}.mp4",))


def heads(pieces: list[Piece]) -> list[list[Piece]]:
    oldest = sorted(pieces, key=lambda one: one.began_ms)
    return [[one for one in oldest if one.importance is importance] for importance in Importance]


def order(*pieces: Piece) -> list[str]:
    return [one.id for one in first_out(heads(list(pieces)), 10**9, NOW, 99)]


def test_what_matters_less_goes_first_at_the_same_age() -> None:
    assert order(*(piece(importance.name, 5, importance) for importance in reversed(Importance))) == [
        importance.name for importance in Importance
    ]


def test_older_goes_first_when_it_matters_the_same() -> None:
    assert order(piece("new", 1), piece("old", 9), piece("middle", 4)) == ["old", "middle", "new"]


@pytest.mark.parametrize(
    ("nothing_h", "incident_h", "first"), [(1, 15, "nothing"), (1, 17, "incident"), (10, 159, "nothing")]
)
def test_an_incident_stays_sixteen_times_as_long_as_nothing(nothing_h: float, incident_h: float, first: str) -> None:
    pieces = piece("nothing", nothing_h), piece("incident", incident_h, Importance.INCIDENT)
    assert order(*pieces)[0] == first


def test_no_more_goes_than_must() -> None:
    pieces = [piece(str(hours), hours) for hours in range(1, 9)]
    assert [one.id for one in first_out(heads(pieces), 25, NOW, 99)] == ["8", "7", "6"]
    assert first_out(heads(pieces), 0, NOW, 99) == []
    assert len(first_out(heads(pieces), 10**9, NOW, 4)) == 4


KINDS = st.sampled_from(list(Importance))


@given(st.lists(st.tuples(st.floats(0, 2000), KINDS), max_size=40), st.integers(0, 400))
def test_nothing_stays_that_has_aged_more_than_what_goes(rows: list[tuple[float, Importance]], want: int) -> None:
    pieces = [piece(str(number), hours, importance) for number, (hours, importance) in enumerate(rows)]
    going = first_out(heads(pieces), want, NOW, 99)
    staying = [one for one in pieces if one not in going]
    aged = {one.id: (NOW - one.began_ms) * AGES[one.importance] for one in pieces}
    if going and staying:
        assert min(aged[one.id] for one in going) >= max(aged[one.id] for one in staying)
    assert sum(one.bytes for one in going) >= min(want, 10 * len(pieces))


@pytest.mark.parametrize(
    ("used", "unfinished", "free", "expected"),
    [
        (50 * GB, 0, ROOMY, 0),
        (99 * GB, 0, ROOMY, 0),
        (100 * GB, 0, ROOMY, GB),
        (98 * GB, 3 * GB, ROOMY, GB),
        (10 * GB, 0, GB, GB),
        (GB // 2, 0, 0, GB // 2),
        (0, 0, 0, 0),
    ],
)
def test_how_much_must_go(used: int, unfinished: int, free: int, expected: int) -> None:
    assert bytes_to_free(100 * GB, Load(used, unfinished, free, ROOMY)) == expected


def test_a_disk_that_others_filled_is_full() -> None:
    assert disk_is_full(Load(GB, 0, GB, ROOMY))
    assert not disk_is_full(Load(GB, 0, 3 * GB, ROOMY))
    assert not disk_is_full(Load(GB, 0, 3_000_000, 100_000_000))


def test_deleting_begins_before_the_maximum_is_reached() -> None:
    assert cutoff_ms(7, NOW) == NOW - 7 * DAY_MS + SOONER_MS
    assert cutoff_ms(0, NOW) > NOW


def test_pins_leave_recording_its_half() -> None:
    assert may_pin(30 * GB, 20 * GB, 100 * GB)
    assert not may_pin(30 * GB, 21 * GB, 100 * GB)


@pytest.mark.parametrize(
    ("motion", "objects", "incident", "expected"),
    [
        (0.0, False, False, Importance.NOTHING),
        (0.005, False, False, Importance.NOTHING),
        (0.01, False, False, Importance.MOTION),
        (0.0, True, False, Importance.SOMEBODY),
        (0.0, False, True, Importance.INCIDENT),
    ],
)
def test_what_a_segment_is_worth(motion: float, objects: bool, incident: bool, expected: Importance) -> None:
    assert importance_of(motion, objects=objects, incident=incident) is expected
