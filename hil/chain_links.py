"""What the witnesses saw, link by link. Nothing here is assumed: each figure comes from outside the product."""

import math
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from edge.control.client import call
from edge.control.protocol import Diagnose, Done
from hil import place
from hil.chain import QUIET_HORNS, SHORT, Story, Witnesses, appearances
from hil.commune import Commune
from hil.links import Figure, Link

CAMERA_TO_INCIDENT_S = 2.0
INCIDENT_TO_SMS_S = 3.0
STORM_S, SINGLES, LEAST_TOLD = 120.0, 3, 3
"""What is promised of storms (docs/design/ladder.md), as the witness's own figures: the product may not loosen them."""
BUTTON_TO_SAMPLE_S = 1.0
STOP_TO_SILENCE_S = 0.5
INCIDENT_TO_WALL_S = 2.0
SUPERVISOR_MB = 90.0
"""73 MB are there once its 1,100 modules are imported (docs/design/processes.md)."""
HEAVY = frozenset({"numpy", "av", "cv2", "onnxruntime", "flask", "sqlite_utils", "torch"})
FAR_S = 30.0
LEAD_S = 0.3
"""A sound card has its samples a little ahead: the last one may have come just before STOP was pressed."""


def p95(values: Sequence[float]) -> float | None:
    """The nearest-rank 95th percentile; None of nothing."""
    ordered = sorted(values)
    return round(ordered[math.ceil(0.95 * len(ordered)) - 1], 3) if ordered else None


def chain_links(commune: Commune, seen: Witnesses, story: Story) -> list[Link]:
    """Every link after the cameras, in the order of the chain."""
    return [
        vision(commune),
        camera_to_incident(seen, story),
        one_transaction(seen, story),
        sms(commune, seen, story),
        announcement(commune),
        horns(commune),
        button(commune, story),
        stop(commune, story),
        gauge(commune, story),
        wall(seen, story),
        uplink(story),
        hub(commune),
        supervisor(commune),
    ]


def vision(commune: Commune) -> Link:
    """Cameras are online, the detector works."""
    state = commune.state()
    cameras = {row["id"]: row["state"] for row in _rows(state, "cameras")}
    detector = next((row for row in _rows(state, "services") if row["name"] == "detector"), {"state": "", "detail": ""})
    online = sum(word == "online" for word in cameras.values())
    ok = online == len(place.CAMERAS) and detector["state"] == "up"
    return Link("vision", ok, {"cameras_online": online, "detector": str(detector["detail"])})


def camera_to_incident(seen: Witnesses, story: Story) -> Link:
    """From the moment a person is on the network until the incident can be read from the database."""
    delays = [
        first.steady - moment
        for camera, moment in appearances(seen, story)
        if (first := seen.incidents.first(f"camera/{camera}/", moment)) and first.steady - moment < FAR_S
    ]
    walked_in = len(appearances(seen, story))
    figure = p95(delays)
    ok = figure is not None and figure <= CAMERA_TO_INCIDENT_S and len(delays) == walked_in
    return Link(
        "camera_to_incident", ok, {"camera_to_incident_s": figure, "people": walked_in, "incidents": len(delays)}
    )


def one_transaction(seen: Witnesses, story: Story) -> Link:
    """No incident was ever readable without its outbox event and its alerts."""
    mine = [one for one in seen.incidents.seen.values() if one.steady >= story.began]
    whole = [one for one in mine if one.events == 1 and one.alerts > 0]
    return Link("incident_and_outbox", bool(mine) and whole == mine, {"incidents_seen": len(mine), "whole": len(whole)})


def sms(commune: Commune, seen: Witnesses, story: Story) -> Link:
    """From the incident to the first SMS about it that the network took, read by an independent decoder.

    What a storm gathers, or the pace of one SIM holds back, has no SMS of its own in time; it is counted apart.
    """
    delays, gathered = [], 0
    for one in list(seen.incidents.seen.values()):
        if one.steady < story.began:
            continue
        place_name = _place_of(commune, one.id)
        first = next(
            (s for s in commune.observed.some("sms", since=one.steady - 1) if place_name in str(s.facts["text"])), None
        )
        if first is None and _is_storm(commune, one.steady):
            gathered += 1
        else:
            delays.append(first.steady - one.steady if first else math.inf)
    longest = max(map(len, (str(s.facts["text"]) for s in commune.observed.some("sms"))), default=0)
    figure = round(max(delays), 3) if delays else None
    ok = figure is not None and figure <= INCIDENT_TO_SMS_S and longest <= 70 and len(delays) >= LEAST_TOLD
    told: dict[str, Figure] = {"incidents_told": len(delays), "incidents_gathered": gathered, "longest_text": longest}
    return Link("sms", ok, {"incident_to_sms_s": figure, **told})


def _is_storm(commune: Commune, steady: float) -> bool:
    """Whether somebody had three messages in the two minutes before."""
    before = [one for one in commune.observed.some("sms", since=steady - STORM_S) if one.steady < steady]
    had = Counter(str(one.facts["number"]) for one in before)
    return max(had.values(), default=0) >= SINGLES


def announcement(commune: Commune) -> Link:
    """The template became checked words and a checked clip before it sounded."""
    rows = commune.ask_database(
        "SELECT b.spoken, r.voice, c.rms_db, c.ms FROM bulletin b JOIN recording r ON r.id = b.recording"
        " JOIN clip c ON c.sha256 = json_extract(r.clips, '$[0]') WHERE b.incident IS NOT NULL",
    )
    ok = bool(rows) and all(spoken and rms_db > -30 and ms > 1000 for spoken, _, rms_db, ms in rows)
    voice = rows[0][1] if rows else None
    return Link(
        "announcement", ok, {"announcements": len(rows), "voice": voice, "rms_db": rows[0][2] if rows else None}
    )


def horns(commune: Commune) -> Link:
    """Every order that a horn had to play has exactly one report, and what it says was heard by its sound card."""
    rows = commune.ask_database(
        "SELECT r.horn, r.outcome, o.made_at_ms FROM horn_report r JOIN horn_order o ON o.id = r.horn_order",
    )
    played = {horn for horn, outcome, _ in rows if outcome == "PLAYED"}
    heard = commune.observed.heard()
    unreported = sum(outcome is None for _, outcome, _ in rows)
    bad = sum(outcome in ("SILENT", "REFUSED", "UNKNOWN") for _, outcome, _ in rows)
    ok = unreported == 0 and bad == 0 and played == heard == {horn.id for horn in place.HORNS}
    figures = {"reports": len(rows), "unreported": unreported, "not_played": bad, "horns_heard": len(heard)}
    return Link("horns", ok, figures)


def button(commune: Commune, story: Story) -> Link:
    """From the press to the first sample at each sound card."""
    delays = [
        first.steady - pressed
        for pressed in story.presses
        for horn in QUIET_HORNS
        if (first := next(commune.observed.some("sound", horn, since=pressed, phase="first"), None))
    ]
    figure = p95(delays)
    expected = len(story.presses) * len(QUIET_HORNS)
    ok = figure is not None and figure <= BUTTON_TO_SAMPLE_S and len(delays) == expected
    return Link("button", ok, {"button_to_first_sample_s": figure, "presses_x_horns": len(delays)}, SHORT)


def stop(commune: Commune, story: Story) -> Link:
    """From STOP to the last sample, and to the relay that is off, on every horn."""
    since = story.stop - LEAD_S
    last = [next(commune.observed.some("sound", horn, since=since, phase="last"), None) for horn in QUIET_HORNS]
    off = [next(commune.observed.some("coil", horn, since=story.stop, on=False), None) for horn in QUIET_HORNS]
    silence = [max(0.0, one.steady - story.stop) for one in last if one]
    figure = round(max(silence), 3) if len(silence) == len(QUIET_HORNS) else None
    coils = [one.steady - story.stop for one in off if one]
    ok = figure is not None and figure <= STOP_TO_SILENCE_S and len(coils) == len(QUIET_HORNS)
    return Link(
        "stop", ok, {"stop_to_silence_s": figure, "stop_to_relay_off_s": round(max(coils), 3) if coils else None}
    )


def gauge(commune: Commune, story: Story) -> Link:
    """The river rose, the level was noticed, all horns said so."""
    rows = commune.ask_database("SELECT title FROM incident WHERE kind = 'flood_level' ORDER BY rowid")
    rose = list(commune.observed.some("gauge", since=story.flood))
    level = max((float(one.facts["level_m"]) for one in rose), default=0.0)
    said = commune.ask_database("SELECT count(*) FROM bulletin WHERE hamlets = '[\"all\"]' AND incident IS NOT NULL")[
        0
    ][0]
    return Link("gauge", bool(rows) and said > 0, {"level_m": round(level, 2), "title": rows[0][0] if rows else None})


def wall(seen: Witnesses, story: Story) -> Link:
    """A real browser shows incidents, horns, gauge and moving pictures; the last moments are not judged."""
    until = story.ended - INCIDENT_TO_WALL_S
    mine = [one for one in seen.incidents.seen.values() if story.began <= one.steady <= until]
    delays = [seen.wall.incidents[one.id] - one.steady for one in mine if one.id in seen.wall.incidents]
    figure = p95(delays)
    ok = (
        figure is not None
        and figure <= INCIDENT_TO_WALL_S
        and len(delays) == len(mine)
        and seen.wall.horns == len(place.HORNS)
        and seen.wall.gauges > 0
        and len(seen.wall.moving) == len(place.CAMERAS)
    )
    figures = {"incident_to_wall_s": figure, "videos_moving": len(seen.wall.moving), "horns_shown": seen.wall.horns}
    return Link("wall", ok, figures, seen.wall.error)


def uplink(story: Story) -> Link:
    """While the link was cut the backlog grew, and nothing else waited for it."""
    grew = story.backlog_cut - story.backlog_before
    cut_s = round(story.restored - story.cut, 1)
    return Link("uplink_cut", grew > 0, {"backlog_grew": grew, "cut_s": cut_s})


def hub(commune: Commune) -> Link:
    """Every event of the outbox is at the hub exactly once, and the hub has no other."""
    ours = [row[0] for row in commune.ask_database("SELECT id FROM outbox WHERE acked_at_ms IS NOT NULL ORDER BY seq")]
    waiting, dead = commune.ask_database(
        "SELECT count(*), sum(dead_reason IS NOT NULL) FROM outbox WHERE acked_at_ms IS NULL"
    )[0]
    with sqlite3.connect(commune.layout.hub / "hub.db") as connection:
        theirs = [row[0] for row in connection.execute("SELECT id FROM event")]
    once = len(theirs) == len(set(theirs)) and set(ours) <= set(theirs)
    ok = once and bool(ours) and not dead
    figures = {"hub_events_once": once, "events": len(ours), "hub_events": len(theirs), "waiting": waiting}
    return Link("hub", ok, figures)


def supervisor(commune: Commune) -> Link:
    """After the run the supervisor is still small, and has loaded no codec, ML library or Flask."""
    reply = call(commune.control_socket, Diagnose(user="bench", role="technician"))
    facts: dict[str, Any] = dict(reply.value) if isinstance(reply, Done) else {"rss_kb": 0, "modules": []}
    heavy = sorted(HEAVY.intersection(facts["modules"]))
    rss_mb = round(facts["rss_kb"] / 1000, 1)
    ok = 0 < rss_mb <= SUPERVISOR_MB and not heavy
    return Link(
        "supervisor", ok, {"rss_mb": rss_mb, "heavy_modules": ", ".join(heavy), "modules": len(facts["modules"])}
    )


def _rows(state: dict[str, object], section: str) -> list[dict[str, object]]:
    rows = state.get(section, [])
    return rows if isinstance(rows, list) else []


def _place_of(commune: Commune, incident: str) -> str:
    return str(commune.ask_database("SELECT place FROM incident WHERE id = ?", incident)[0][0])
