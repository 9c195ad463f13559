"""Line ``replace``: the box dies, a new one comes out of the night's copy, and the dead one is switched on once more.

The commune is the simulated one: relay nodes, broker and province run on meanwhile, each with a disk of its own, and
know nothing of the exchange. A machine is its disk here: the dead box's is taken away, the new box begins with an empty
one. That a fresh Debian becomes a box is the line ``provision``.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from edge.backup.rotation import backups_in
from edge.core.errors import TransientError
from hil import place
from hil.bench.waiting import came_true
from hil.commune import Commune
from hil.harness import python
from hil.links import Figure, Link
from hil.panel import PanelError, PanelPerson
from hil.prove.field.words import said

BEFORE = "Sáng mai thôn ta dọn vệ sinh đường làng, mời mỗi nhà một người."
AFTER = "Chiều nay trạm y tế tiêm phòng cho trẻ em dưới hai tuổi."
NEW = "Hộp mới của xã đã chạy. Bà con vẫn nghe loa như cũ."
PASSPHRASE = "mot-cau-dai-khong-de-tren-usb"  # noqa: S105 - of a copy that is thrown away
AIRED_S, HEARD_S, DRAINED_S, SILENT_S = 90.0, 20.0, 60.0, 12.0
RELAYS = frozenset(horn.id for horn in place.HORNS if not horn.local)
ALL = frozenset(horn.id for horn in place.HORNS)


@dataclass(slots=True)
class Drill:
    """What was seen; horns by the notice that they were to say."""

    heard: dict[str, frozenset[str]] = field(default_factory=dict)
    restored_s: float = 0.0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    jumped: int = 0
    doubles: int = 0
    events: int = 0
    told_restored: int = 0
    accounts_kept: bool = False


def replace() -> Link:
    """Issue 7: backup, new disk, restore: the hub sees no gap and no double, nodes obey the new box and not the old."""
    with (
        tempfile.TemporaryDirectory(prefix="molang-") as name,
        Commune(Path(name) / "xa", (), web_port=0, live_port=0) as commune,
    ):
        drill = exchanged(commune)
    figures: dict[str, Figure] = {
        **{f"heard_{when}": len(horns) for when, horns in drill.heard.items()},
        "restored_s": round(drill.restored_s, 1),
        "hub_events": drill.events,
        "hub_unexplained_gaps": len(drill.gaps),
        "hub_doubles": drill.doubles,
        "hub_told_of_the_exchange": drill.told_restored,
        "numbers_jumped": drill.jumped,
        "passwords_kept": drill.accounts_kept,
    }
    obeyed = all(drill.heard[when] >= ALL for when in ("before", "after_the_copy", "new_box", "new_box_again"))
    refused = not drill.heard["old_box"] & RELAYS
    whole = not drill.gaps and not drill.doubles and drill.told_restored == 1 and drill.accounts_kept
    return Link("replace", obeyed and refused and whole, figures, f"gaps {drill.gaps[:3]}" if drill.gaps else "")


def exchanged(commune: Commune) -> Drill:
    """The whole night, in order."""
    drill, disks = Drill(), commune.layout.root
    commune.wait_for_horns()
    drill.heard["before"] = _announced(commune, BEFORE)
    copy = _copied(commune)
    drill.heard["after_the_copy"] = _announced(commune, AFTER)  # of this the copy knows nothing
    _switch_off(commune)
    commune.layout.data.rename(disks / "dead")
    began = time.monotonic()
    _restored(commune, copy)
    _switch_on(commune)
    drill.restored_s = time.monotonic() - began
    drill.accounts_kept = _knows_people(commune)
    drill.heard["new_box"] = _announced(commune, NEW)
    _drained(commune)
    _swap(commune, "dead", "new")
    drill.heard["old_box"] = _announced(commune, AFTER, all_of_them=False)
    _swap(commune, "new", "dead")
    drill.heard["new_box_again"] = _announced(commune, NEW)
    _drained(commune)
    _judge_hub(commune, drill)
    return drill


def _announced(commune: Commune, text: str, *, all_of_them: bool = True) -> frozenset[str]:
    """An operator writes, a leader approves, the operator airs: the horns that were heard."""
    operator, leader = (
        PanelPerson(commune.web_url, who, commune.access.passwords[who]) for who in ("operator", "leader")
    )
    bulletin = operator.write(text, ("all",), "uu_tien")
    leader.approve(bulletin)
    pressed = operator.air(bulletin)
    came_true(lambda: commune.observed.heard(pressed) >= ALL, HEARD_S if all_of_them else SILENT_S)
    if all_of_them:
        operator.wait_for(bulletin, "aired", AIRED_S)
    return frozenset(commune.observed.heard(pressed))


def _copied(commune: Commune) -> Path:
    """What the nightly unit does."""
    usb, secret = commune.layout.root / "usb", commune.layout.root / "passphrase"
    usb.mkdir()
    secret.write_text(PASSPHRASE)
    options = ("--config", commune.layout.config, "--passphrase-file", secret, "--to", usb)
    said(*python("edge", "backup", "make", *options))
    (copy,) = backups_in(usb, place.COMMUNE)
    said(*python("edge", "backup", "verify", copy))
    return copy


def _restored(commune: Commune, copy: Path) -> None:
    """What the guide tells, on a disk that has nothing: settings, keys and store come from the copy alone."""
    layout = commune.layout
    layout.config.rename(layout.root / "dead.toml")
    places = ("--data", layout.data, "--settings", layout.config, "--pki", layout.root / "pki-restored")
    secret = ("--passphrase-file", layout.root / "passphrase")
    said(*python("edge", "backup", "restore", copy, *secret, *places))


def _switch_off(commune: Commune) -> None:
    for name in ("web", "molang"):
        commune.harness.end(name)


def _switch_on(commune: Commune) -> None:
    for name in ("molang", "web"):
        commune.harness.start_again(name)
        commune.harness.wait_ready(name)
    commune.wait_for_horns()


def _swap(commune: Commune, coming: str, going: str) -> None:
    """The other machine is on now, with its own disk, on the same network and under the same name."""
    _switch_off(commune)
    commune.layout.data.rename(commune.layout.root / going)
    (commune.layout.root / coming).rename(commune.layout.data)
    _switch_on(commune)


def _knows_people(commune: Commune) -> bool:
    try:
        return bool(PanelPerson(commune.web_url, "operator", commune.access.passwords["operator"]).state())
    except PanelError:
        return False


def _drained(commune: Commune) -> None:
    """Everything that the box has to tell is at the hub. Raises TransientError."""
    waits = "SELECT 1 FROM outbox WHERE acked_at_ms IS NULL AND dead_reason IS NULL LIMIT 1"
    if not came_true(lambda: not commune.ask_database(waits), DRAINED_S):
        raise TransientError(f"the hub has not taken everything within {DRAINED_S:.0f} s")


def _judge_hub(commune: Commune, drill: Drill) -> None:
    with closing(sqlite3.connect(commune.layout.hub / "hub.db")) as hub:
        rows = hub.execute("SELECT source, id, seq, type, data FROM event ORDER BY source, seq").fetchall()
    drill.events = len(rows)
    drill.doubles = len(rows) - len({(source, seq) for source, _, seq, _, _ in rows})
    jumps = [json.loads(data) for *_, kind, data in rows if ".box.restored." in kind]
    drill.told_restored = len(jumps)
    drill.jumped = sum(jump["to_seq"] - jump["from_seq"] + 1 for jump in jumps)
    explained = [(jump["from_seq"], jump["to_seq"]) for jump in jumps]
    drill.gaps = unexplained([seq for _, _, seq, _, _ in rows], explained)


def unexplained(arrived: Iterable[int], explained: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of numbers (first, last) that neither arrived nor lie in a run that the box told of."""
    gaps, last = [], 0
    for seq in sorted(set(arrived)):
        if seq > last + 1 and not any(low <= last + 1 and seq - 1 <= high for low, high in explained):
            gaps.append((last + 1, seq - 1))
        last = seq
    return gaps
