"""A bench of which every device is simulated: the demo's commune, described by a ``bench.toml`` like any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hil import place
from hil.clips import ClipInfo
from hil.commune import Commune
from hil.toml_text import pairs, table

HOURS_PER_S = 0.3
"""The river reaches báo động 1 some seven seconds after it begins to rise."""


@contextmanager
def commune(root: Path, films: tuple[ClipInfo, ...]) -> Iterator[Path]:
    """It runs while the block does; gives its ``bench.toml``."""
    with Commune(root, films, hours_per_s=HOURS_PER_S, web_port=0, live_port=0, record_sound=True) as made:
        made.wait_for_horns()
        yield describe(made)


def describe(made: Commune) -> Path:
    """Write ``bench.toml``, passwords and the wall's token beside the commune's files."""
    root = made.layout.root
    secrets = {"operator.pass": made.access.passwords["operator"], "leader.pass": made.access.passwords["leader"],
               "wall.token": made.access.wall_token}  # fmt: skip
    for name, word in secrets.items():
        (root / name).touch(mode=0o600)
        (root / name).write_text(word)
    parts = [
        pairs({"place": place.COMMUNE_NAME, "devices": str(made.layout.devices)}),
        table("box", {"url": made.web_url, "wall_token_file": "wall.token"}),
        table("people.operator", {"login": "operator", "password_file": "operator.pass"}),
        table("people.leader", {"login": "leader", "password_file": "leader.pass"}),
        *(table("[horn]", {"id": horn.id, "sense": "simulated"}) for horn in place.HORNS),
        *(table("[phone]", {"id": one.id, "sense": "simulated", "number": one.phone}) for one in place.OFFICIALS),
        table("gauge", {"sense": "simulated"}),
    ]
    path = root / "bench.toml"
    path.write_text("\n".join(parts), "utf-8")
    return path
