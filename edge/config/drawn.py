"""A rule as a page draws it: checked like the file's own, and written as the lines to put into the file."""

import json
from typing import Any

import msgspec

from edge.config.cameras import zone_problems
from edge.config.schema import Line, Zone
from edge.config.words import checker_words
from edge.core.errors import FinalError

NAMELESS = {"id": "luat-moi", "name": "Luật mới"}


def drawn_rule(table: dict[str, Any], gauges: set[str]) -> Zone | Line:
    """The zone (it has a ``polygon``) or line of this table; raises FinalError with a sentence for the person."""
    kind: type[Zone | Line] = Zone if "polygon" in table else Line
    try:
        rule = msgspec.convert(NAMELESS | table, kind, strict=False)
    except msgspec.ValidationError as cause:
        what, _, where = str(cause).partition(" - at `$.")
        raise FinalError(f"Luật vẽ chưa đúng: {where.rstrip('`')} {checker_words(what)}.") from cause
    for problem in zone_problems((), rule, gauges) if isinstance(rule, Zone) else ():
        raise FinalError(f"Luật vẽ chưa đúng: {problem.sentence}")
    if isinstance(rule, Line) and rule.points[0] == rule.points[1]:
        raise FinalError("Luật vẽ chưa đúng: hai đầu của vạch phải khác nhau.")
    return rule


def as_toml(rule: Zone | Line) -> str:
    """The lines that mean this rule, to be put below its ``[[camera]]``; what is left at its default is not written."""
    lines = [f"[[camera.{'zone' if isinstance(rule, Zone) else 'line'}]]"]
    for field in msgspec.structs.fields(rule):
        value = getattr(rule, field.name)
        if field.required or value != field.default:
            lines.append(f"{field.name} = {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """JSON writes strings, numbers and lists of them as TOML does."""
    return json.dumps(value, ensure_ascii=False)
