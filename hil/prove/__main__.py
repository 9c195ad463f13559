"""Runs the lines of an issue that are not proven yet for this commit, and fails on any miss."""

import importlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from rich.console import Console

from edge.core.errors import MolangError
from hil import links
from hil.bench.outcome import BenchUnavailableError
from hil.harness import ROOT, NotReadyError
from hil.links import Link

Line = Callable[[], Link]
CANNOT_RUN = (
    BenchUnavailableError,
    NotReadyError,
    MolangError,
    OSError,
    subprocess.SubprocessError,
    sqlite3.Error,
)
"""Then a line is missed, and the others are proven all the same."""


@click.command()
@click.argument("number", type=click.IntRange(1, 99))
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--again", is_flag=True, help="Làm lại cả những dòng đã chứng minh.")
@click.option("--only", help="Chỉ một dòng.")
def main(number: int, json_path: Path, again: bool, only: str | None) -> None:
    """Chứng minh từng dòng của việc NUMBER. / Prove every line of an issue."""
    lines = _lines(number)
    if only is not None and only not in lines:
        raise click.BadParameter(f"không có dòng {only!r}; có: {', '.join(lines)}", param_hint="--only")
    os.environ.setdefault("MOLANG_ARTEFACTS", str(json_path.resolve().parent / "pictures"))
    console = Console(stderr=True)
    done = {} if again else _proven(json_path)
    for name in [only] if only else lines:
        if name not in done:
            done[name] = _timed(name, lines[name], console)
            links.write(json_path, list(done.values()), {"issue": number, "commit": _commit()})
        links.show(console, done[name])
    missing = set(lines) - done.keys()
    sys.exit(0 if links.all_ok(list(done.values())) and (only or not missing) else 1)


def _lines(number: int) -> Mapping[str, Line]:
    try:
        module = importlib.import_module(f"hil.prove.issue_{number}")
    except ModuleNotFoundError as cause:
        raise click.ClickException(f"Chưa có bài chứng minh cho việc {number}.") from cause
    lines: Mapping[str, Line] = module.LINES
    return lines


def _timed(name: str, line: Line, console: Console) -> Link:
    began = time.monotonic()
    with console.status(f"{name}…"):
        try:
            link = line()
        except CANNOT_RUN as error:
            console.print_exception()
            link = Link(name, False, {}, f"{type(error).__name__}: {error}"[:500])
    took = {"line_took_s": round(time.monotonic() - began, 1)}
    return Link(name, link.ok, {**link.figures, **took}, link.note)


def _proven(path: Path) -> dict[str, Link]:
    """Lines that an earlier run of the same commit proved; anything else is done again."""
    try:
        report = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if report.get("commit") != _commit():
        return {}
    return {name: Link(**row) for name, row in report["links"].items() if row["ok"]}


def _commit() -> str:
    """The commit, marked when the tree differs from it."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return head.strip() + ("-changed" if changed else "")


if __name__ == "__main__":
    main()
