"""The page that a technician signs: one file without a server, its pictures in it, and the same as data beside it."""

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from edge.core.errors import TransientError
from hil.handover.bench_file import Bench
from hil.handover.evidence import Played, as_json, local_now

PAGE, DATA = "bien-ban.html", "evidence.json"
SENSES = {"simulated": "mô phỏng", "microphone": "micro đặt trước loa", "person": "người nghe tại chỗ"}


def write(folder: Path, bench: Bench, played: Sequence[Played]) -> Path:
    """Draw the page from what was seen; returns its file. Raises TransientError when the disk will not have it."""
    data = json.dumps(as_json(played), ensure_ascii=False, indent=1).encode()
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    pages.filters["picture"] = lambda file: _address(folder / file)
    pages.filters["number"] = lambda value: f"{value:.1f}".replace(".", ",") if isinstance(value, float) else value
    text = pages.get_template("report.html").render(
        bench=bench,
        played=played,
        heard_by=[SENSES[name] for name in dict.fromkeys(horn.sense for horn in bench.horn)],
        made=local_now("%d/%m/%Y %H:%M"),
        held=sum(one.ok for one in played),
        digest=hashlib.sha256(data).hexdigest(),
    )
    try:
        (folder / DATA).write_bytes(data)
        (folder / PAGE).write_text(text, "utf-8")
    except OSError as cause:
        raise TransientError(f"Không ghi được {folder}: {cause.strerror}.") from cause
    return folder / PAGE


def _address(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
