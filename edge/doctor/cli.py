"""``molang doctor``: what is wrong with this box, in plain words, each line with its remedy."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from edge.config import load
from edge.config.option import CONFIG
from edge.core.errors import MolangError
from edge.doctor.checks import disk, doors, lines, live, machine, network, parts, store, upkeep
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, worst

LINES: Mapping[str, Check] = {
    **machine.LINES,
    **disk.LINES,
    **store.LINES,
    **live.LINES,
    **lines.LINES,
    **doors.LINES,
    **parts.LINES,
    **upkeep.LINES,
    **network.LINES,
}
"""Every line that the doctor may say, and who says it. hil.prove.field.breaks breaks each of them."""
_SIGNS = {Mark.OK: "[green]✓[/]", Mark.WARN: "[yellow]![/]", Mark.BAD: "[bold red]✗[/]"}
_CURE = Said(
    "Hộp đã chạy lần nào chưa? Lệnh này cần quyền đọc dữ liệu: chạy bằng root.", "Has the box ever run? Try as root."
)


def examine(patient: Patient) -> Iterator[Finding]:
    """Every line; a check that cannot look says so and spoils no other."""
    for check in dict.fromkeys(LINES.values()):
        try:
            yield from tuple(check(patient))
        except (OSError, sqlite3.Error, MolangError, subprocess.SubprocessError) as error:
            yield from _blind(check, error)


def _blind(check: Check, error: Exception) -> Iterator[Finding]:
    """No answer is not success: each line of a check that could not look is bad."""
    for name in (name for name, of in LINES.items() if of is check):
        said = Said(f"Không khám được {name}: {error}", f"Cannot look at {name}: {error}")
        yield Finding(name, Mark.BAD, said, _CURE)


@click.command("doctor")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="In JSON, mỗi dòng khám một mục.")
@click.option("--english", is_flag=True, help="In English.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("/"),
    help="Gốc của máy được khám, khi đĩa của nó gắn ở chỗ khác.",
)
def doctor(config_path: Path, root: Path, *, as_json: bool, english: bool) -> None:
    """Khám hộp: mỗi dòng một việc, kèm cách chữa. Mã thoát 0: khỏe, 1: cần xem, 2: hỏng."""
    findings = list(examine(Patient(load(config_path), root, config_path)))
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        Console().print(_table(findings, english=english))
    raise SystemExit(int(worst(findings)))


def _table(findings: list[Finding], *, english: bool) -> Table:
    """The worst first."""
    table = Table(box=None, show_header=False, padding=(0, 1))
    for finding in sorted(findings, key=lambda finding: -finding.mark):
        said, cure = (finding.said.en, finding.remedy.en) if english else (finding.said.vi, finding.remedy.vi)
        table.add_row(_SIGNS[finding.mark], said, f"[dim]{cure}[/]" if cure else "")
    return table
