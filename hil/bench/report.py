"""A run of a bench as a JSON file, and as a table on the terminal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from hil.bench.outcome import Case, Outcome, Spread

Report = Mapping[str, Any]


def report_of(name: str, quick: bool, outcome: Outcome, facts: Mapping[str, object]) -> Report:
    """Everything that was found, with every single round."""
    return {
        "bench": name,
        "quick": quick,
        **facts,
        "settings": dict(outcome.settings),
        "cases": {
            case.name: {figure: asdict(spread) for figure, spread in case.figures.items()} for case in outcome.cases
        },
        "ratios": {ratio.name: ratio.value for ratio in outcome.ratios},
    }


def write(path: Path, report: Report) -> None:
    """The file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(path)


def show(console: Console, outcome: Outcome) -> None:
    """A table of all figures of a part, and a line a ratio."""
    for _, part in groupby(outcome.cases, lambda case: case.part):
        cases = list(part)
        console.print(_of_one(cases[0]) if len(cases) == 1 else _of_many(cases))
    for ratio in outcome.ratios:
        console.print(f"[cyan]{short(ratio.value)}[/] × {ratio.name}", highlight=False)


def _of_many(cases: Sequence[Case]) -> Table:
    """A row a case, a column a figure."""
    titles = list(dict.fromkeys(figure for case in cases for figure in case.figures))
    table = _table(HEAD, *titles)
    for case in cases:
        figures = case.figures
        table.add_row(case.name, *(_cell(figures[title]) if title in figures else "" for title in titles))
    return table


def _of_one(case: Case) -> Table:
    """A row a figure."""
    table = _table(HEAD, case.name)
    for figure, found in case.figures.items():
        table.add_row(figure, _cell(found))
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first)
    for title in others:
        table.add_column(title, justify="right")
    return table


def _cell(spread: Spread) -> str:
    tail = f" p95 {short(spread.p95)}" if len(spread.rounds) >= ENOUGH_FOR_P95 else ""
    return f"[bold]{short(spread.median)}[/] [dim]({short(spread.least)}–{short(spread.most)}){tail}[/]"


HEAD = "trung vị (ít nhất–nhiều nhất) / median (least–most)"
ENOUGH_FOR_P95 = 20
"""Below this the 95th percentile is only another word for the largest."""


def short(value: float) -> str:
    """Three digits that matter, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
