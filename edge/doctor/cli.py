"""``molang doctor``: what is wrong with this box, in plain words, each line with its remedy."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from edge.config import load
from edge.config.option import CONFIG
from edge.core.errors import MolangError
from edge.doctor.checks import lines, machine, network, parts, store
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, worst

CHECKS: tuple[Check, ...] = (*machine.CHECKS, *store.CHECKS, *lines.CHECKS, *parts.CHECKS, *network.CHECKS)
_SIGNS = {Mark.OK: "[green]✓[/]", Mark.WARN: "[yellow]![/]", Mark.BAD: "[bold red]✗[/]"}


def examine(patient: Patient) -> Iterator[Finding]:
    """Every line; a check that cannot look says so and spoils no other."""
    for check in CHECKS:
        try:
            yield from check(patient)
        except (OSError, sqlite3.Error, MolangError, subprocess.SubprocessError) as error:
            said = Said(f"Không khám được {check.__name__}: {error}", f"Cannot look at {check.__name__}: {error}")
            cure = Said(
                "Hộp đã chạy lần nào chưa? Lệnh này cần quyền đọc dữ liệu.", "Has the box ever run? Try as root."
            )
            yield Finding(check.__name__, Mark.BAD, said, cure)


@click.command("doctor")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="In JSON, mỗi dòng khám một mục.")
@click.option("--english", is_flag=True, help="In English.")
def doctor(config_path: Path, as_json: bool, english: bool) -> None:
    """Khám hộp: mỗi dòng một việc, kèm cách chữa. Mã thoát 0: khỏe, 1: cần xem, 2: hỏng."""
    findings = list(examine(Patient(load(config_path))))
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
