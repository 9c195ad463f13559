"""The commune's flood rules: what they lack, and as the policy knows them."""

from collections.abc import Iterator, Mapping

from edge.config.lines import PathKey
from edge.config.problem import Problem
from edge.config.schema import Config, FloodRule, Gauge
from edge.core.incident import Severity
from edge.core.place import EVERYWHERE
from edge.core.policy.flood.rain import HOURS
from edge.core.policy.flood.rule import FloodRule as Rule
from edge.core.policy.flood.rule import When
from edge.core.sensing import LEVEL

NEEDS = {
    "level": ("level",),
    "falling": ("level",),
    "forecast": ("level", "hours"),
    "release": (),
    "rain": ("at_least", "hours"),
}
"""What a rule of each kind cannot do without."""
OPTIONS = ("level", "at_least", "hours")
MAY = {"release": ("at_least",)}
MEANING = {"level": "mức báo động `level`", "at_least": "lượng `at_least`", "hours": "số giờ `hours`"}
STORM_AT_LEAST_MIN = 5
SAMPLE = {"level": "2", "value": "3,21 m", "when": "17h30 ngày 19/10"}


def flood_rules(config: Config) -> tuple[Rule, ...]:
    """Every rule as the policy knows it. A gauge that no rule of level names has three, made from itself."""
    gauges = {gauge.id: gauge for gauge in config.gauge}
    own = [_rule(row, gauges.get(row.station)) for row in config.flood_rule]
    ruled = {rule.station for rule in own if rule.when is When.LEVEL}
    plain = [gauge for gauge in config.gauge if gauge.id not in ruled and gauge.bao_dong_m]
    return (*own, *(rule for gauge in plain for rule in plain_rules(gauge)))


def plain_rules(gauge: Gauge) -> tuple[Rule, ...]:
    """A gauge without rules tells its own hamlets at each of its levels."""
    return tuple(
        Rule(
            id=f"{gauge.id}-{number}",
            name=f"Báo động {number} ở {gauge.name}",
            when=When.LEVEL,
            station=gauge.id,
            hamlets=gauge.hamlets,
            level=number,
            template=gauge.template or "",
            all_clear=gauge.all_clear or "",
        )
        for number in (1, 2, 3)
    )


def _rule(row: FloodRule, gauge: Gauge | None) -> Rule:
    hamlets = row.hamlets or (gauge.hamlets if gauge else (EVERYWHERE,))
    return Rule(
        id=row.id,
        name=row.name,
        when=When(row.when),
        station=row.station,
        hamlets=hamlets,
        level=row.level,
        at_least=row.at_least,
        hours=row.hours,
        severity=None if row.severity == "usual" else Severity(row.severity),
        template=row.template or "",
        all_clear=row.all_clear or "",
        storm_every_min=row.storm_every_min,
        cap=row.cap,
    )


def check_water(config: Config) -> Iterator[Problem]:
    """Every problem of rules, shelters and drills."""
    gauges = {gauge.id: gauge for gauge in config.gauge}
    hamlets = {hamlet.id for hamlet in config.hamlet} | {EVERYWHERE}
    for index, rule in enumerate(config.flood_rule):
        here: PathKey = ("flood_rule", index)
        yield from _station(here, rule, gauges)
        yield from _options(here, rule)
        yield from _hamlets((*here, "hamlets"), rule.hamlets, hamlets)
        yield from _words(here, rule, config)
    for index, shelter in enumerate(config.shelter):
        yield from _hamlets(("shelter", index, "hamlets"), shelter.hamlets, hamlets)
    yield from _hamlets(("drill", "hamlets"), config.drill.hamlets, hamlets)
    people = {person.id for person in config.person}
    for column, name in enumerate(config.drill.people):
        if name not in people:
            yield Problem(("drill", "people", column), f"không có cán bộ `{name}`.")


def _station(here: PathKey, rule: FloodRule, gauges: Mapping[str, Gauge]) -> Iterator[Problem]:
    gauge = gauges.get(rule.station)
    if gauge is None:
        yield Problem((*here, "station"), f"không có trạm đo `{rule.station}`.")
    elif LEVEL in NEEDS[rule.when] and gauge.bao_dong_m is None:
        yield Problem((*here, "station"), f"trạm `{rule.station}` chưa có mức báo động `bao_dong_m`.")


def _options(here: PathKey, rule: FloodRule) -> Iterator[Problem]:
    needs = NEEDS[rule.when]
    for option in OPTIONS:
        if option in needs and not getattr(rule, option):
            yield Problem(here, f"luật `{rule.when}` phải có {MEANING[option]}.")
        elif getattr(rule, option) and option not in (*needs, *MAY.get(rule.when, ())):
            yield Problem((*here, option), f"luật `{rule.when}` không dùng {MEANING[option]}.")
    if rule.when == "rain" and rule.hours not in HOURS:
        yield Problem((*here, "hours"), "mưa tính theo 1, 3, 6, 12 hoặc 24 giờ.")
    if rule.storm_every_min:
        yield from _storm(here, rule)


def _storm(here: PathKey, rule: FloodRule) -> Iterator[Problem]:
    path = (*here, "storm_every_min")
    if not rule.template:
        yield Problem(path, "chế độ bão nhắc lại một mẫu tin: phải có `template`.")
    if rule.storm_every_min < STORM_AT_LEAST_MIN:
        yield Problem(path, f"chế độ bão nhắc lại mau nhất {STORM_AT_LEAST_MIN} phút một lần.")
    if rule.when == "falling":
        yield Problem(path, "nước rút thì không nhắc lại theo chế độ bão.")


def _hamlets(path: PathKey, named: tuple[str, ...], known: set[str]) -> Iterator[Problem]:
    for column, hamlet in enumerate(named):
        if hamlet not in known:
            yield Problem((*path, column), f"không có thôn `{hamlet}`.")


def _words(here: PathKey, rule: FloodRule, config: Config) -> Iterator[Problem]:
    """Templates exist; that their blanks are known and can be said is checked with all announcements."""
    texts = {template.id: template.text for template in config.template}
    for option in ("template", "all_clear"):
        name = getattr(rule, option)
        if name and name not in texts:
            yield Problem((*here, option), f"không có mẫu tin `{name}`.")
        elif name:
            never = _never_filled(rule, option)
            yield from (
                Problem((*here, option), f"mẫu tin `{name}` có chỗ trống {{{blank}}} mà luật này không điền được.")
                for blank in never
                if f"{{{blank}}}" in texts[name]
            )


def _never_filled(rule: FloodRule, option: str) -> tuple[str, ...]:
    """Blanks that this rule knows nothing for: a template that asks for one could never be spoken."""
    if option == "all_clear":
        return ("when",) if rule.when == "level" else ("when", "value", "level")
    return {"release": ("level",), "rain": ("level", "when"), "forecast": ("value",)}.get(rule.when, ("when",))


def spoken_rules(config: Config) -> Iterator[tuple[PathKey, str, dict[str, str]]]:
    """Every template that the water may set off, where it stands, and what would stand in its blanks."""
    names = {gauge.id: gauge.name for gauge in config.gauge}
    hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
    for index, row in enumerate(config.flood_rule):
        for option in ("template", "all_clear"):
            if name := getattr(row, option):
                station = names.get(row.station, "")
                hamlet = hamlets.get(row.hamlets[0], "toàn xã") if row.hamlets else "toàn xã"
                blanks = SAMPLE | {"place": station, "station": station, "hamlet": hamlet}
                yield ("flood_rule", index, option), name, blanks
