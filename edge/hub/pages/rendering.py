"""Templates to HTML. Whatever a box wrote is text there and never markup: Jinja escapes every value (autoescape)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from edge.hub.pages import words
from edge.hub.pages.judging import WORDS, State
from edge.hub.pages.views import Line

TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Makes pages; templates are read once."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(_FILTERS)
        self._templates.globals.update(
            known_severities=tuple(words.SEVERITIES),
            lanes=words.LANES,
            loop_id=_anchor,
            states=sorted(State, reverse=True),
        )

    def page(self, template: str, values: Mapping[str, Any]) -> str:
        """The whole page. ``now`` among the values is the moment that it tells of, UTC milliseconds."""
        return self._templates.get_template(template).render(values)


def _anchor(name: str) -> str:
    """A name that may stand as the id of an element: a box chose it."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)[:80]


def _commune_path(line: Line) -> str:
    return f"/xa/{line.commune}" + (f"?hop={line.box}" if line.box not in ("", "1") else "")


def _moment(at_ms: int, now_ms: int | None = None) -> str:
    return words.moment(at_ms, at_ms if now_ms is None else now_ms)


_FILTERS = {
    "moment": _moment,
    "ago": words.ago,
    "span": words.span,
    "number": words.count,
    "decimal": words.decimal,
    "size": words.size,
    "state_word": lambda state: WORDS[state],
    "severity_word": lambda name: words.SEVERITIES.get(name, "chưa rõ"),
    "incident_word": lambda name: words.KINDS.get(name, "Sự cố"),
    "verdict_word": lambda name: words.VERDICTS.get(name, name),
    "quantity_word": lambda name: words.QUANTITIES.get(name, name),
    "quality_word": lambda name: words.QUALITIES.get(name, name),
    "room_word": lambda name: words.ROOMS.get(name, name),
    "clock_word": lambda name: words.CLOCKS.get(name, name),
    "commune_path": _commune_path,
}
