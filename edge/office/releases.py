"""Which releases lie on the machine and how the last updates went, for the page: what `molang update status` says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from edge.core.errors import FinalError
from edge.core.policy.updating import LOOKED_AT, why_not
from edge.kernel.release_state import HISTORY, history_in, pending_in

MOST_RELEASES = 10
MOST_ENDED = 5


@dataclass(frozen=True, slots=True)
class ReleasePlaces:
    """The folders of `molang update`: ``root`` holds releases and links, ``state`` what is under way."""

    root: Path = Path("/opt/molang")
    state: Path = Path("/var/lib/molang-release")


USUAL = ReleasePlaces()


def releases_of(places: ReleasePlaces) -> dict[str, Any]:
    """For the page. ``current`` None: this machine runs from no release; ``unread``: why the state is not known."""
    return {
        "current": _target(places.root / "current"),
        "previous": _target(places.root / "previous"),
        "releases": _finished(places.root / "releases"),
        **_under_way(places.state),
    }


def refused_now(sections: Mapping[str, Callable[[], Any]]) -> str:
    """Why the box would refuse an update at this moment, in words; empty when it would not."""
    return why_not({name: sections[name]() for name in LOOKED_AT if name in sections})


def _under_way(state: Path) -> dict[str, Any]:
    try:
        ended = [msgspec.to_builtins(done) for done in reversed(history_in(state)[-MOST_ENDED:])]
        return {
            "pending": msgspec.to_builtins(pending_in(state)),
            "ended": ended,
            "ended_at_ms": round((state / HISTORY).stat().st_mtime * 1000) if ended else None,
            "unread": "",
        }
    except (OSError, FinalError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        return {"pending": None, "ended": [], "ended_at_ms": None, "unread": f"{state}: {why}"}


def _target(link: Path) -> str | None:
    return link.readlink().name if link.is_symlink() else None


def _finished(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return sorted(names)[-MOST_RELEASES:]
