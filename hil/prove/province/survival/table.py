"""The last run of ``survival`` as a table of the READMEs; they name no number that is not in the evidence.

python -m hil.prove.province.survival.table        writes it between the two marks of each README
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from hil.harness import ROOT
from hil.links import Figure

EVIDENCE = ROOT / "docs" / "design" / "evidence" / "prove-5.json"
BEGIN, END = "<!-- survival -->", "<!-- /survival -->"
Figures = Mapping[str, Figure]
WORDS = {
    "README.md": (
        ("under load, while the hub is killed too", "times", "rows promised", "lost, doubled, changed or broken"),
        {"power_cuts": "power cut", "kills": "kill -9 of the box", "torn_wals": "log torn behind its last sync"},
        "{events_at_hub} events at the hub, each once ({delivered_again} came again and were known), in order, without"
        " a gap; the hub killed {hub_kills} times. `./run prove 5 --only survival --json FILE`",
    ),
    "README.vi.md": (
        ("khi đang ghi và gửi, đầu tỉnh cũng bị giết", "số lần", "dòng đã hứa giữ", "mất, thừa, sai hoặc hỏng"),
        {"power_cuts": "cắt điện", "kills": "kill -9 hộp", "torn_wals": "nhật ký rách sau lần ghi chắc cuối"},
        "{events_at_hub} sự kiện ở tỉnh, mỗi cái một lần ({delivered_again} cái tới lại và được nhận ra), đúng thứ tự,"
        " không thiếu số nào; đầu tỉnh bị giết {hub_kills} lần. `./run prove 5 --only survival --json TỆP`",
    ),
}
"""README -> heads, kinds of disaster, and the sentence below."""
COMMA = {"README.md": ",", "README.vi.md": "."}
LEAD = {
    "README.md": "The last run of the survival drill ([tests/chaos](tests/chaos) holds all the other faults):",
    "README.vi.md": "Lần thử sống sót gần nhất (mọi sự cố khác nằm trong [tests/chaos](tests/chaos)):",
}


def last_run() -> Figures:
    """The figures of the evidence."""
    figures: Figures = json.loads(EVIDENCE.read_text("utf-8"))["links"]["survival"]["figures"]
    return figures


def table(readme: str, figures: Figures) -> str:
    """The lines between the marks of this README."""
    heads, kinds, below = WORDS[readme]
    comma = COMMA[readme]
    rows = [heads, ("---",) * len(heads)]
    rows += [
        (words, *(_number(figures[f"{kind}{end}"], comma) for end in ("", "_acked_rows", "_wrong")))
        for kind, words in kinds.items()
    ]
    lines = [LEAD[readme], "", *(f"| {' | '.join(row)} |" for row in rows)]
    sentence = below.format_map({name: _number(value, comma) for name, value in figures.items()})
    return "\n".join([BEGIN, *lines, "", sentence, END])


def with_table(text: str, readme: str, figures: Figures) -> str:
    """The README with the table of these figures."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: table(readme, figures), text, flags=re.DOTALL)


def _number(value: Figure, comma: str) -> str:
    return f"{value:,}".replace(",", comma) if isinstance(value, int) else str(value)


def main() -> None:
    """Write both."""
    for name in WORDS:
        path: Path = ROOT / name
        path.write_text(with_table(path.read_text("utf-8"), name, last_run()), "utf-8")


if __name__ == "__main__":
    main()
