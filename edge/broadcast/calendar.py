"""The calendar as pages show it: what was, what will be, where two meet, how many minutes are used."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from edge.broadcast.plan_maker import PlanMaker
from edge.core.clashes import Clash, Refused, clashes
from edge.core.policy.airtime import Rules, Spent
from edge.core.programme import Airing, Programme, expand, midnight_ms
from edge.store.journal import Tx
from edge.store.pieces import NAMES, spent_on
from edge.store.programmes import AiringRow, ProgrammeRow, airings_in, programmes_on

MOST_CLASHES = 100


class Calendar:
    """Reads; works inside the caller's transaction."""

    def __init__(self, maker: PlanMaker, rules: Rules, groups: Sequence[dict[str, Any]]) -> None:
        self._maker = maker
        self._rules = rules
        self._groups = list(groups)

    def shown(self, tx: Tx, first: dt.date, days: int) -> dict[str, Any]:
        """These local days: shapes in docs/design/airtime.md."""
        since = midnight_ms(first)
        until = midnight_ms(first + dt.timedelta(days=days))
        now = tx.now.at_ms
        rows = programmes_on(tx)
        playable = [self._maker.playable(tx, row.programme, frozenset())[0] for row in rows]
        sifted = self._maker.sifted(tx, playable, now, max(until, now))
        ahead = [airing for airing in sifted.airings if since <= airing.at_ms < until]
        refused = [one for one in sifted.refused if since <= one.airing.at_ms < until]
        past = [row for row in airings_in(tx, since, min(until, now)) if row.state != "withdrawn"]
        storms = {row.programme.id for row in rows if row.programme.every_min > 0}
        spent = {**spent_on(tx, since, until, self._rules.limits, planned_before_ms=now), **sifted.spent}
        return {
            "now_ms": now,
            "quiet": self._rules.limits.quiet.words() if self._rules.limits.quiet else "",
            "groups": self._groups,
            "radios": [{"id": key, "name": name} for key, name in self._maker.setting.radios.items()],
            "relays": self._maker.setting.relays,
            "programmes": [programme_row(row) for row in rows],
            "airings": [
                *(past_row(tx, row, storms) for row in past),
                *(airing_row(airing, storms) for airing in ahead),
            ],
            "refused": [refused_row(one) for one in refused],
            "clashes": [clash_row(one) for one in clashes(ahead, self._rules)[:MOST_CLASHES]],
            "minutes": self._minutes(spent, first, days),
            "holidays": {
                day.isoformat(): name
                for day, name in self._maker.setting.holidays.items()
                if first <= day < first + dt.timedelta(days=days)
            },
        }

    def preview(
        self, tx: Tx, others: Sequence[Programme], wanted: Programme, since_ms: int, until_ms: int
    ) -> dict[str, Any]:
        """What this programme would do beside the others in this time."""
        setting = self._maker.setting
        own = expand([wanted], setting.holidays, since_ms, until_ms)
        known = [self._maker.playable(tx, other, frozenset())[0] for other in others]
        sifted = self._maker.sifted(tx, [*known, wanted], since_ms, until_ms)
        met = [
            one for one in clashes(sifted.airings, self._rules) if wanted.id in (one.one.programme, one.other.programme)
        ]
        return {
            "clashes": [clash_row(one) for one in met[:MOST_CLASHES]],
            "refused": [refused_row(one) for one in sifted.refused if one.airing.programme == wanted.id][:MOST_CLASHES],
            "airings": [{"at_ms": one.at_ms, "ms": one.ms, "title": one.title} for one in own[:MOST_CLASHES]],
        }

    def _minutes(self, spent: Spent, first: dt.date, days: int) -> list[dict[str, Any]]:
        """Of each day the fullest hamlet's seconds, morning and afternoon, beside the limits."""
        limits = self._rules.limits
        rows = []
        for day in (first + dt.timedelta(days=number) for number in range(days)):
            halves = [_fullest(spent, day, half) for half in (0, 1)]
            whole = max((_of_day(spent, day, hamlet) for hamlet in limits.hamlets), default=0.0)
            rows.append(
                {
                    "day": day.isoformat(),
                    "morning_s": round(halves[0]),
                    "afternoon_s": round(halves[1]),
                    "day_s": round(whole),
                    "session_limit_s": round(limits.session_s),
                    "day_limit_s": round(limits.day_s),
                }
            )
        return rows


def programme_row(row: ProgrammeRow) -> dict[str, Any]:
    """A programme for a page, and for its form."""
    programme, when = row.programme, row.programme.when
    return {
        "id": programme.id,
        "title": programme.title,
        "parts": [
            {**asdict(part), "minutes": round(part.length_ms / 60_000), "source": part.source.value}
            for part in programme.parts
        ],
        "days": sorted(when.days),
        "times": [f"{minute // 60:02d}:{minute % 60:02d}" for minute in when.times],
        "first": when.first.isoformat(),
        "last": when.last.isoformat(),
        "holidays": when.holidays.value,
        "except_on": sorted(day.isoformat() for day in when.except_on),
        "until_ms": when.until_ms,
        "hamlets": list(programme.hamlets),
        "priority": NAMES[programme.priority],
        "gain_db": programme.gain_db,
        "at_night": programme.at_night,
        "every_min": programme.every_min,
        "trouble": row.trouble,
        "author": row.author,
    }


def airing_row(airing: Airing, storms: set[str]) -> dict[str, Any]:
    """One that is to come."""
    return {
        "key": airing.key,
        "programme": airing.programme,
        "at_ms": airing.at_ms,
        "ms": airing.ms,
        "title": airing.title,
        "source": airing.source.value,
        "priority": NAMES[airing.priority],
        "hamlets": list(airing.hamlets),
        "storm": airing.programme in storms,
        "state": "planned",
        "reason": "",
        "reports": {},
    }


def past_row(tx: Tx, row: AiringRow, storms: set[str]) -> dict[str, Any]:
    """One whose time has come, with what the horns said of it so far."""
    counted = tx.run(
        "SELECT coalesce(r.outcome, 'AWAITED'), count(*) FROM horn_report r JOIN planned_airing a"
        " ON r.horn_order IN (a.horn_order, a.play) WHERE a.key = ? AND a.state != 'withdrawn' GROUP BY 1",
        row.airing.key,
    ).fetchall()
    reports = dict(counted)
    late = row.state == "unknown" and (reports.get("PLAYED") or reports.get("PARTIAL"))
    state, reason = ("aired", "") if late else (row.state, row.reason)
    return airing_row(row.airing, storms) | {"state": state, "reason": reason, "reports": reports}


def refused_row(refused: Refused) -> dict[str, Any]:
    """One that the limits keep out of the plan."""
    airing = refused.airing
    return {
        "key": airing.key,
        "programme": airing.programme,
        "at_ms": airing.at_ms,
        "title": airing.title,
        "why": refused.why,
    }


def clash_row(clash: Clash) -> dict[str, Any]:
    """Two that meet."""
    return {
        "one": clash.one.key,
        "other": clash.other.key,
        "titles": [clash.one.title, clash.other.title],
        "programmes": [clash.one.programme, clash.other.programme],
        "hamlets": list(clash.hamlets),
        "from_ms": clash.from_ms,
        "until_ms": clash.until_ms,
        "verdict": clash.verdict.value,
        "words": clash.words,
    }


def _fullest(spent: Spent, day: dt.date, half: int) -> float:
    return max(
        (s for (number, session, _), s in spent.items() if (number, session) == (day.toordinal(), half)), default=0.0
    )


def _of_day(spent: Spent, day: dt.date, hamlet: str) -> float:
    return sum(s for (number, _, name), s in spent.items() if number == day.toordinal() and name == hamlet)


def storm_rows(rows: Sequence[ProgrammeRow]) -> list[dict[str, Any]]:
    """Storms that last now, for every page and the wall."""
    return [
        {
            "id": row.programme.id,
            "title": row.programme.title,
            "hamlets": list(row.programme.hamlets),
            "every_min": row.programme.every_min,
            "from": f"{row.programme.when.times[0] // 60:02d}:{row.programme.when.times[0] % 60:02d}",
            "to": f"{row.programme.when.times[-1] // 60:02d}:{row.programme.when.times[-1] % 60:02d}",
            "until_ms": row.programme.when.until_ms,
            "by": row.author,
            "trouble": row.trouble,
        }
        for row in rows
        if row.programme.every_min > 0
    ]
