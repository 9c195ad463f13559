"""Who is on duty, whose rest is not to be broken, and who leads: pure functions of the local time."""

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from edge.core.alert import Person, Shift
from edge.core.incident import Severity
from edge.core.local_time import local
from edge.core.moment import ClockState, Moment

EMERGENCIES = frozenset({Severity.SEVERE, Severity.EXTREME})
"""What breaks quiet hours, is told to people off duty too, and is never gathered into a list."""
_RANKS = ("chủ tịch", "phó chủ tịch")


def is_emergency(severity: str) -> bool:
    """Whether this severity overrides people's rest."""
    return severity in EMERGENCIES


def local_now(now: Moment) -> dt.datetime | None:
    """The local time, or None where the box does not know it (no clock battery, never synchronised)."""
    return None if now.clock is ClockState.FLOOR else local(now.at_ms)


def within(minute: int, since: int, until: int) -> bool:
    """Whether a minute of the day lies in a span, which may pass midnight; equal ends are the whole day."""
    return since <= minute < until if since < until else minute >= since or minute < until


def on_shift(shift: Shift, here: dt.datetime) -> bool:
    """Whether this shift is running. One that passes midnight belongs to the day on which it began."""
    minute = here.hour * 60 + here.minute
    if not within(minute, shift.since, shift.until):
        return False
    after_midnight = shift.until <= shift.since and minute < shift.until
    day = (here.weekday() - 1) % 7 if after_midnight else here.weekday()
    return day in shift.days


def on_duty(person: Person, here: dt.datetime | None) -> bool:
    """Whether this person is on duty. Who has no shifts always is; all are when the time is unknown."""
    return here is None or not person.shifts or any(on_shift(shift, here) for shift in person.shifts)


def asleep(person: Person, severity: str, here: dt.datetime | None) -> bool:
    """Whether this person's quiet hours forbid telling this now. Emergencies are always told."""
    if here is None or person.quiet is None or is_emergency(severity):
        return False
    return within(here.hour * 60 + here.minute, *person.quiet)


def told_now(people: Sequence[Person], severity: str, here: dt.datetime | None) -> tuple[Person, ...]:
    """Of those concerned the ones on duty; everybody for an emergency, or when nobody is on duty."""
    if is_emergency(severity):
        return tuple(people)
    return tuple(person for person in people if on_duty(person, here)) or tuple(people)


def group_of(roster: Iterable[Person], hamlets: Collection[str] = (), duty: str = "") -> tuple[Person, ...]:
    """Part of the roster: people of these hamlets (none: any) whose duty has these words (none: any)."""
    wanted = _plain(duty)
    return tuple(
        person for person in roster if (not hamlets or person.hamlet in hamlets) and wanted in _plain(person.duty)
    )


def chairman_of(roster: Sequence[Person]) -> str:
    """The id of who leads the commune, by the words of the duty: the chairman, else a deputy, else nobody."""
    for rank in _RANKS:
        for person in roster:
            if not person.hamlet and _plain(person.duty).startswith(rank):
                return person.id
    return ""


def _plain(words: str) -> str:
    return unicodedata.normalize("NFC", words).casefold()
