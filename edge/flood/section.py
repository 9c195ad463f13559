"""The river for the wall's state (docs/ref/state.md, ``flood``)."""

import json
from dataclasses import asdict
from typing import Any

from edge.config.schema import Config
from edge.core.forecast import Outlook, Silence
from edge.core.policy.flood.risk import RISKS
from edge.core.policy.flood.rule import FloodRule
from edge.flood.levels_desk import section_row
from edge.flood.service import FloodService
from edge.store.reader import Reader

NEWEST_ACTIONS = 40


def flood_section(config: Config, service: FloodService, reader: Reader) -> dict[str, Any]:
    """What stands, what was done and who stopped it, levels with their document, roll call, drill."""
    names = {gauge.id: gauge.name for gauge in config.gauge}
    return {
        "levels": [section_row(one, names.get(one.station, one.station)) for one in service.levels.in_force.values()],
        "outlooks": [_outlook(station, one) for station, one in sorted(service.foresight.outlooks.items())],
        "stands": [_decoded(row) for row in reader.rows(_STANDS)],
        "actions": [_decoded(row) for row in reader.rows(_ACTIONS, NEWEST_ACTIONS)],
        "rules": [_rule(rule) for rule in service.rules],
        "shelters": [
            {"id": one.id, "name": one.name, "hamlets": list(one.hamlets), "capacity": one.capacity, "where": one.where}
            for one in config.shelter
        ],
        "roll_call": _roll_call(config, reader),
        "drill": reader.row(_DRILL),
        "risks": [
            {"number": one.number, "name": one.name, "colour": one.colour, "rgb": one.rgb} for one in RISKS.values()
        ],
    }


def _outlook(station: str, one: Outlook | Silence) -> dict[str, Any]:
    if isinstance(one, Silence):
        return {"station": station, "at_ms": one.at_ms, "why": one.why, "level_m": None}
    return {"station": station, **asdict(one)}


def _rule(rule: FloodRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "when": rule.when,
        "station": rule.station,
        "level": rule.level,
        "at_least": rule.at_least,
        "hours": rule.hours,
        "hamlets": list(rule.hamlets),
        "template": rule.template,
        "all_clear": rule.all_clear,
        "storm_every_min": rule.storm_every_min,
        "cap": rule.cap,
    }


def _roll_call(config: Config, reader: Reader) -> list[dict[str, Any]]:
    said = {row["hamlet"]: row for row in reader.rows(_ROLL_CALL)}
    unsaid = {"evacuated": None, "by": "", "at_ms": None}
    return [
        {"hamlet": hamlet.id, "people": hamlet.people} | {name: said.get(hamlet.id, unsaid)[name] for name in unsaid}
        for hamlet in config.hamlet
    ]


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: json.loads(row[name]) for name in ("hamlets", "rules") if name in row}


_STANDS = (
    "SELECT s.subject, s.station, s.name, s.level, s.figure, s.since_ms, s.until_ms, s.ahead_ms, s.rules, s.hamlets,"
    " (SELECT i.id FROM incident i WHERE i.subject = s.subject AND i.state = 'open') AS incident"
    " FROM flood_stand s ORDER BY s.since_ms DESC"
)
_ACTIONS = (
    "SELECT f.id, f.incident, f.subject, f.rule, f.what, f.hamlets, f.every_min, f.until_ms, f.state, f.by_user AS by,"
    " f.made_at_ms, f.changed_at_ms, i.title, i.state AS incident_state, i.drill,"
    " coalesce(b.state, CASE a.state WHEN 'waiting' THEN 'waiting' ELSE a.detail END, '') AS spoken"
    " FROM flood_action f JOIN incident i ON i.id = f.incident LEFT JOIN announcement a ON a.id = f.ref"
    " LEFT JOIN bulletin b ON b.id = a.id ORDER BY f.made_at_ms DESC, f.id LIMIT ?"
)
_ROLL_CALL = (
    "SELECT hamlet, evacuated, by_user AS by, at_ms FROM roll_call WHERE number IN"
    " (SELECT max(number) FROM roll_call GROUP BY hamlet)"
)
_DRILL = "SELECT id, station, began_at_ms, minutes, by_user AS by FROM drill WHERE ended_at_ms IS NULL"
