"""Live: one minute into a real browser's microphone, and what four horns' sound cards got of it."""

import tempfile
import time
from pathlib import Path
from statistics import median

from hil import place
from hil.bench.talk.ear import HeardTalk, heard_talk
from hil.bench.talk.signal import write_voice
from hil.bench.talk.speaker import speaker
from hil.commune import Commune
from hil.links import Figure, Link

TALK_S = 60.0
GAP_MS, MOUTH_TO_HORN_S = 40.0, 0.4
REPORTED_S = 15.0
AFTER_S = 1.5
"""A beep that came later than this after it was said is another one."""


def live_talk() -> Link:
    """60 s: the longest hole at any horn, and the longest way of any beep from the microphone to a sound card."""
    with tempfile.TemporaryDirectory(prefix="molang-") as name:
        folder = Path(name)
        write_voice(folder / "voice.wav")
        with Commune(folder / "xa", (), talk_addresses=("127.0.0.1",), record_sound=True) as commune:
            said, outcomes = _talk(commune, folder / "voice.wav")
            heard = {horn.id: heard_talk(commune.layout.devices / f"sound-{horn.id}.tape") for horn in place.HORNS}
    return _link(said, heard, outcomes)


def _talk(commune: Commune, voice: Path) -> tuple[list[float], dict[str, str]]:
    commune.wait_for_horns()
    with speaker(f"http://127.0.0.1:{commune.ports.web}", commune.access.passwords["operator"], voice) as person:
        said = person.speak_for(TALK_S)
        return said, _outcomes(commune)


def _outcomes(commune: Commune) -> dict[str, str]:
    question = (
        "SELECT r.horn, coalesce(r.outcome || ' ' || r.reason, '') FROM horn_report r"
        " JOIN horn_order o ON o.id = r.horn_order WHERE o.op = 'live'"
    )
    until = time.monotonic() + REPORTED_S
    while True:
        found = dict(commune.ask_database(question))
        if (found and all(found.values())) or time.monotonic() > until:
            return found
        time.sleep(0.2)


def _link(said: list[float], heard: dict[str, HeardTalk], outcomes: dict[str, str]) -> Link:
    delays = [delay for one in heard.values() for delay in _delays(said, one.beeps)]
    gap_ms = max(max(one.longest_silence_ms, one.longest_dry_ms) for one in heard.values())
    bad = [f"{horn}: {outcome}" for horn, outcome in outcomes.items() if outcome.strip() != "PLAYED"]
    played = len(outcomes) - len(bad)
    figures: dict[str, Figure] = {
        "talk_longest_gap_ms": round(gap_ms, 1),
        "mouth_to_horn_s": round(max(delays), 3) if delays else None,
        "mouth_to_horn_median_s": round(median(delays), 3) if delays else None,
        "beeps": len(said),
        "beeps_x_horns": len(delays),
        "talk_s": round(min(one.seconds for one in heard.values()), 1),
        "card_dry_ms": round(max(one.longest_dry_ms for one in heard.values()), 1),
        "horns_played": played,
    }
    all_heard = len(said) >= TALK_S / 2 - 3 and len(delays) == len(said) * len(heard)
    quick = bool(delays) and max(delays) <= MOUTH_TO_HORN_S
    whole = gap_ms <= GAP_MS and played == len(heard) and min(one.seconds for one in heard.values()) >= TALK_S - 1
    note = "; ".join(bad) or "Chromium, WebRTC, mosquitto, 3 relay nodes and the box's own"
    return Link("live_talk", all_heard and quick and whole, figures, note)


def _delays(said: list[float], came: tuple[float, ...]) -> list[float]:
    found = []
    for at in said:
        later = [one - at for one in came if 0 < one - at < AFTER_S]
        if later:
            found.append(min(later))
    return found
