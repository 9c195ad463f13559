"""What a replay came to, from its store: who was told what, where, when."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from edge.config.schema import Config
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE
from edge.core.policy.flood.levels import HYSTERESIS_M
from edge.flood.carrying import ALL_CLEAR
from edge.replay.engine import Seen
from edge.store.reader import Reader


def report(config: Config, seen: Seen, reader: Reader) -> dict[str, Any]:
    """The JSON of ``molang flood replay``."""
    announcements = [_announcement(row, config) for row in reader.rows(_ANNOUNCEMENTS)]
    return {
        "hysteresis_m": HYSTERESIS_M,
        "crossings": seen.crossings,
        "peak_m": seen.peak[0],
        "peak_time": seen.peak[1],
        "readings": seen.readings,
        "qualities": dict(seen.qualities),
        "incidents": [_incident(row) for row in reader.rows(_INCIDENTS)],
        "announcements": announcements,
        "officials": _officials(config, reader),
        "all_clear": [
            {"time": row["time"], "hamlets": row["hamlets"], "horns": row["horns"]}
            for row in announcements
            if row["subject"].endswith(ALL_CLEAR)
        ],
    }


def _incident(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "time": _time(row["began_at_ms"])}


def _announcement(row: Mapping[str, Any], config: Config) -> dict[str, Any]:
    hamlets, blanks = json.loads(row["hamlets"]), json.loads(row["blanks"])
    texts = {template.id: template.text for template in config.template}
    horns = [horn.id for horn in config.horn if EVERYWHERE in hamlets or horn.hamlet in hamlets]
    return {
        "time": _time(row["began_at_ms"]),
        "subject": row["subject"],
        "level": int(blanks.get("level", "0") or 0),
        "template": row["template"],
        "text": texts.get(row["template"], "").format_map(_Blanks(blanks)),
        "hamlets": hamlets,
        "horns": horns,
    }


class _Blanks(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _officials(config: Config, reader: Reader) -> list[dict[str, Any]]:
    """Everybody on the roster: how often told, how that ended, how often somebody else was told in their stead.

    ``unsettled``: alarms that were neither answered nor passed on; good news needs no answer and is not counted.
    """
    rows = reader.rows(_ALERTS)
    return [_official(who.id, who.name, [row for row in rows if row["person"] == who.id]) for who in config.person]


def _official(name: str, title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    states = Counter(str(row["state"]) for row in rows)
    escalated = sum(row["escalated"] for row in rows)
    unsettled = sum(row["counts"] and row["state"] != "taken" and not row["escalated"] for row in rows)
    return {"id": name, "name": title, "told": len(rows), **states, "escalated": escalated, "unsettled": unsettled}


def _time(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%Y-%m-%dT%H:%M}"


_ALERTS = (
    "SELECT a.person, a.state, a.state <> 'taken' AND (a.given_up_at_ms IS NOT NULL OR EXISTS (SELECT 1 FROM alert s"
    " WHERE s.incident = a.incident AND s.stands <> 'own')) AS escalated, l.severity <> 'minor' AS counts"
    " FROM alert a JOIN ladder l ON l.incident = a.incident ORDER BY a.rowid"
)
_INCIDENTS = (
    "SELECT subject, kind, severity, title, state, began_at_ms, (SELECT count(*) FROM alert a WHERE a.incident = i.id)"
    " AS told FROM incident i ORDER BY rowid"
)
_ANNOUNCEMENTS = (
    "SELECT a.template, a.blanks, a.hamlets, i.subject, i.began_at_ms FROM announcement a"
    " JOIN incident i ON i.id = a.incident ORDER BY a.rowid"
)
