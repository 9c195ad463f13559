"""Fetching, checking and converting with bars, the same for `molang assets pull` and `molang models pull`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from models.assets import pull_one
from models.detectors import ensure_detector
from models.errors import ModelError
from models.folders import default_bundle, default_cache_dir
from models.manifest import Manifest

FOLDER = click.Path(path_type=Path, file_okay=False)
CACHE = click.option("--cache", type=FOLDER, help="Nơi cất tệp; mặc định $MOLANG_ASSETS hoặc assets/.")
BUNDLE = click.option("--bundle", type=FOLDER, help="Bộ ngoại tuyến; mặc định $MOLANG_BUNDLE hoặc assets/bundle/.")


class Told(click.Group):
    """A group whose ModelErrors are one sentence for people, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """See click.Group."""
        try:
            return super().invoke(ctx)
        except ModelError as error:
            raise click.ClickException(str(error)) from error


def pull_all(
    wanted: Sequence[Manifest], cache: Path | None, bundle: Path | None, faults: Sequence[str] = ()
) -> NoReturn:
    """Make everything wanted present, verified and ready; leaves with code 1 if something required is missing."""
    console = Console()
    with _bars(console) as bars:
        good = [_pull_and_make(one, cache or default_cache_dir(), bundle, bars) for one in wanted]
    leave(console, faults, good=all(good))


def leave(console: Console, faults: Sequence[str], *, good: bool = True) -> NoReturn:
    """Say what else is wrong on this machine, and end: code 0 only if all is well."""
    for fault in faults:
        say(console, f"✗ {fault}", "red")
    sys.exit(0 if good and not faults else 1)


def say(console: Console, line: str, colour: str = "default") -> None:
    """One line; names and reasons come from outside: rich must read no markup in them and break no hash in two."""
    console.print(line, style=colour, markup=False, highlight=False, soft_wrap=True)


def _bars(console: Console) -> Progress:
    text = TextColumn("{task.description}")
    return Progress(text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console, transient=True)


class _Watcher:
    """One bar a file; a line for each source that gave wrong bytes."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def advanced(self, file: str, done_bytes: int, total_bytes: int) -> None:
        """See models.assets.Progress."""
        if file not in self._tasks:
            self._tasks[file] = self._bars.add_task(file, total=total_bytes)
        self._bars.update(self._tasks[file], completed=done_bytes)

    def refused(self, file: str, source: str, reason: str) -> None:
        """See models.assets.Progress."""
        say(self._bars.console, f"! {file}: {source}: {reason}", "yellow")


def _pull_and_make(wanted: Manifest, cache: Path, bundle: Path | None, bars: Progress) -> bool:
    """True unless something required is missing."""
    outcome = pull_one(wanted, cache, bundle or default_bundle(cache), _Watcher(bars))
    try:
        if outcome.error is not None:
            raise outcome.error
        made = list(_made(wanted, cache))
    except ModelError as error:
        return _missing(wanted, error, bars.console)
    state = "đã tải" if outcome.fresh else "đã có"
    names = ", ".join(path.name for path in (*outcome.paths, *made))
    say(bars.console, f"✓ {wanted.title}: {state} ({names})", "green")
    return True


def _made(wanted: Manifest, cache: Path) -> Iterable[Path]:
    return (ensure_detector(wanted.name, size_px, cache) for size_px in wanted.input_px)


def _missing(wanted: Manifest, error: ModelError, console: Console) -> bool:
    if wanted.optional:
        say(console, f"! {wanted.title} (không bắt buộc, máy vẫn chạy): {error}", "yellow")
    else:
        say(console, f"✗ {wanted.title}: {error}", "red")
    return wanted.optional
