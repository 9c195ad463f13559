"""The links of the chain, as `./run demo --once` shows them."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console

Figure = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Link:
    """One link: whether it was really observed, its figures, and a word on what was seen."""

    name: str
    ok: bool
    figures: Mapping[str, Figure] = field(default_factory=dict)
    note: str = ""


def show(console: Console, link: Link) -> None:
    """One coloured line."""
    mark = "[bold green]✔[/]" if link.ok else "[bold red]✘[/]"
    figures = "  ".join(f"[cyan]{name}[/]={_short(value)}" for name, value in link.figures.items())
    console.print(f"{mark} [bold]{link.name:<24}[/] {figures} [dim]{link.note}[/]", soft_wrap=True, highlight=False)


def write(path: Path, links: Sequence[Link], facts: Mapping[str, object]) -> None:
    """The same as JSON: {"ok": …, "links": {name: {…}}, "figures": {…}, …facts}. It appears whole or not at all."""
    rows = {link.name: asdict(link) for link in links}
    figures = {key: value for link in links for key, value in link.figures.items()}
    report = {"ok": all_ok(links), "links": rows, "figures": figures, **facts}
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(report, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def all_ok(links: Sequence[Link]) -> bool:
    """Whether there are links, and none failed."""
    return bool(links) and all(link.ok for link in links)


def _short(value: Figure) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
