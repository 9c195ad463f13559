"""The line itself: power cuts, kills and torn logs by the hundred, some boxes at a time, against one real hub."""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from hil.links import Figure, Link
from hil.prove.province.survival.cuts import cut, unavailable
from hil.prove.province.survival.hub import HubAtWork, hub_in
from hil.prove.province.survival.judge import Tally
from hil.prove.province.survival.kills import Trial, killed
from hil.prove.province.survival.nursery import Nursery
from hil.prove.province.survival.torn import torn

WRONG = (
    "acked_lost", "corrupt", "promised_twice", "hub_twice", "hub_order", "hub_only", "hub_missing",
    "hub_other_content", "unexplained_gaps", "not_drained",
)  # fmt: skip
AT_ONCE = 3
"""Two cores, and a box often waits for its disk."""
PER_BOX = 25
"""Then it sends the rest and another begins: what is looked through after each disaster stays small."""
HUB_LIFE_S = 5.0
"""The hub is killed so long after its last start, in the midst of whatever it was told then."""
Disaster = Callable[[Trial], Tally]


@dataclass(slots=True)
class Piece:
    """One kind of disaster: how often, and what came of it."""

    name: str
    disaster: Disaster
    count: int
    tally: Tally = field(default_factory=Tally)
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens: a folder for all boxes, the hub, and who starts boxes."""

    folder: Path
    hub: HubAtWork
    nursery: Nursery


@contextmanager
def place_in(folder: Path) -> Iterator[Place]:
    """An empty one whose hub runs while inside."""
    with hub_in(folder / "hub") as hub, Nursery(folder / "boxes.log") as nursery:
        yield Place(folder, hub, nursery)


def survival(cuts: int = 200, kills: int = 500, torn_logs: int = 400, console: Console | None = None) -> Link:
    """All of it; 0 leaves a kind out. The figures are those of the issue."""
    if cuts and (why := unavailable()):
        return Link("survival", False, {}, f"không cắt điện được ở đây: {why}")
    pieces = [
        piece
        for piece in (
            Piece("power_cuts", cut, cuts),
            Piece("kills", killed, kills),
            Piece("torn_wals", torn, torn_logs),
        )
        if piece.count
    ]
    console = console or Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="molang-survival-") as name, place_in(Path(name)) as place:
        hub_kills = sum(_run(piece, place, console) for piece in pieces)
    return _link(pieces, hub_kills)


def _run(piece: Piece, place: Place, console: Console) -> int:
    """Every box of a piece, while the hub is killed again and again under them. Returns how often."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            return _watch(
                piece, {pool.submit(piece.disaster, trial) for trial in _trials(piece, place)}, place, console
            )
        finally:  # a box that could not be watched to its end ends the proof, and so does an impatient person
            pool.shutdown(cancel_futures=True)


def _watch(piece: Piece, running: set[Future[Tally]], place: Place, console: Console) -> int:
    began, hub_kills = time.monotonic(), 0
    while running:
        done, running = wait(running, HUB_LIFE_S, FIRST_COMPLETED)
        piece.took_s = time.monotonic() - began
        for box in done:
            piece.tally.add(box.result())
            console.print(_progress(piece), highlight=False)
        if not done:
            place.hub.kill()
            hub_kills += 1
    return hub_kills


def _trials(piece: Piece, place: Place) -> Iterator[Trial]:
    for number, begin in enumerate(range(0, piece.count, PER_BOX), start=1):
        commune = f"{piece.name.replace('_', '-')}-{number}"
        count = min(PER_BOX, piece.count - begin)
        settings, record = place.hub.settings(commune), place.hub.record
        yield Trial(place.nursery, commune, place.folder / commune, settings, record, count, seed=begin)


def _progress(piece: Piece) -> str:
    tally = piece.tally
    left_s = piece.took_s / max(1, tally.disasters) * (piece.count - tally.disasters)
    wrong = ", ".join(f"[bold red]{name} {count}[/]" for name, count in tally.wrong.items()) or "[green]không mất gì[/]"
    return f"{piece.name} [cyan]{tally.disasters}/{piece.count}[/], {tally.acked} lời hứa, {wrong}, còn {left_s:.0f} s"


def _link(pieces: list[Piece], hub_kills: int) -> Link:
    total = Tally()
    for piece in pieces:
        total.add(piece.tally)
    figures: dict[str, Figure] = {name: total.wrong[name] for name in WRONG}
    for piece in pieces:
        figures[piece.name] = piece.tally.disasters
        figures[f"{piece.name}_acked_rows"] = piece.tally.acked
        figures[f"{piece.name}_wrong"] = piece.tally.wrong.total()
        figures[f"{piece.name}_s"] = round(piece.took_s, 1)
    figures |= {
        "hub_kills": hub_kills,
        "acked_rows": total.acked,
        "events_at_hub": total.events,
        "sent_between_disasters": total.sent_in_time,
        "delivered_again": total.again,
        "lives_without_a_promise": total.silent,
        "tails_torn_for_real": total.torn_for_real,
    }
    whole = all(piece.tally.disasters == piece.count and piece.tally.acked for piece in pieces)
    return Link("survival", bool(pieces) and whole and not total.wrong.total(), figures, "; ".join(total.words))
