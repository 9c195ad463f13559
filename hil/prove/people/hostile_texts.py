"""Texts that a careless page, log or table would take for something else."""

from typing import Any

MARK = "molanghurt"
"""What a script among them leaves in the window; also how a page is known to have shown one."""
TEXTS = (
    f"<script>window.{MARK}=1</script>",
    f'"><img src=x onerror="window.{MARK}=1">',
    f"<svg/onload=window.{MARK}=1>",
    f"'-(window.{MARK}=1)-'",
    f"javascript:window.{MARK}=1",
    f"</textarea><iframe srcdoc='<script>parent.{MARK}=1</script>'>",
    f"<a href=javascript:window.{MARK}=1 autofocus onfocus=window.{MARK}=1>bấm</a>",
    f"{{{{ {MARK}.__class__ }}}}{{% raw %}}",
    f"${{window.{MARK}=1}}",
    f'=HYPERLINK("http://x/?{MARK}")',
    f"'; DROP TABLE bulletin; -- {MARK}",
    f"%s %n %d {{0.__class__}} {MARK}",
    f"\u202e{MARK}\u2066\u0000\u0007\r\nSet-Cookie: {MARK}=1",
    f"\ud800 {MARK} 🧨\uffff",
    f"ﷺ{'̈' * 60}{MARK}",
    f"../../../../etc/passwd\u0000{MARK}.jpg",
)
FREE = frozenset(
    {
        "text",
        "comment",
        "answer",
        "how",
        "why",
        "reason",
        "note",
        "source",
        "spoken",
        "written",
        "title",
        "datum",
        "offer",
    }
)
"""Fields that hold words of people."""


def poisoned(body: Any, number: int) -> Any:
    """The body with one of the texts in each of its fields for words; which one, the number says."""
    if not isinstance(body, dict):
        return body
    return {name: _poison(name, value, number + at) for at, (name, value) in enumerate(body.items())}


def _poison(name: str, value: Any, number: int) -> Any:
    if name in FREE and isinstance(value, str):
        text = TEXTS[number % len(TEXTS)]
        return f"{value} {text}" if number % 3 else text
    if isinstance(value, dict):
        return poisoned(value, number)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [poisoned(one, number + at) for at, one in enumerate(value)]
    return value
