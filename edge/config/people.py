"""The roster: its names across tables, and its people as the policies know them."""

from collections.abc import Iterator

from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Config, Shift
from edge.config.schema.people import EVERY_DAY
from edge.core.alert import Person
from edge.core.alert import Shift as Duty


def roster_of(config: Config) -> tuple[Person, ...]:
    """Everybody on the roster, with shifts and substitutes."""
    return tuple(
        Person(
            who.id,
            who.name,
            who.phone,
            who.hamlet or "",
            who.duty,
            who.substitute or "",
            who.email or "",
            who.zalo,
            _minutes(who.quiet) if who.quiet else None,
            tuple(_duty(shift) for shift in config.shift if who.id in shift.who),
        )
        for who in config.person
    )


def check_people(config: Config) -> Iterator[Problem]:
    """Names that nobody has, somebody who stands in for himself, two ladders for one severity."""
    known = {person.id for person in config.person}
    for index, person in enumerate(config.person):
        path: PathKey = ("person", index, "substitute")
        if person.substitute == person.id:
            yield Problem(path, "không ai tự thay mình được.")
        elif person.substitute and person.substitute not in known:
            yield Problem(path, f"không có cán bộ `{person.substitute}`.")
    for index, shift in enumerate(config.shift):
        for column, who in enumerate(shift.who):
            if who not in known:
                yield Problem(("shift", index, "who", column), f"không có cán bộ `{who}`.")
    seen: set[str] = set()
    for index, ladder in enumerate(config.ladder):
        if ladder.severity in seen:
            yield Problem(("ladder", index, "severity"), f"mức `{ladder.severity}` đã có thang ở trên.")
        if ladder.steps[0] != "tell":
            yield Problem(("ladder", index, "steps", 0), 'bước đầu phải là "tell".')
        seen.add(ladder.severity)


def _duty(shift: Shift) -> Duty:
    return Duty(frozenset(EVERY_DAY.index(day) for day in shift.days), *_minutes(shift.hours))


def _minutes(hours: str) -> tuple[int, int]:
    """Hours ("22:00-05:00") as minutes of the day; the whole day for "always"."""
    if hours == "always":
        return 0, 0
    since, until = hours.split("-")
    return _minute(since), _minute(until)


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
