"""`./run demo --once`: watches the chain from the first person to the province, and reports what it really saw."""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console

from hil import place
from hil.commune import Commune
from hil.links import Link, show
from hil.marker import MarkerReader

ALARM_CAMERA = "cam-2"
Check = Callable[[Commune], Link]


def run_checks(commune: Commune, console: Console, checks: Sequence[Check]) -> list[Link]:
    """Every check in turn, a line each as soon as it is known."""
    links = []
    for link in (check(commune) for check in checks):
        show(console, link)
        links.append(link)
    return links


def checks() -> Sequence[Check]:
    """The links, in the order of the chain."""
    return (cameras_play,)


def cameras_play(commune: Commune) -> Link:
    """The RTSP server hands out every film: an independent reader decodes pictures of each camera."""
    pictures = dict(_pictures_of_each(commune))
    return Link("rtsp", ok=all(pictures.values()), figures={f"{name}_pictures": n for name, n in pictures.items()})


def _pictures_of_each(commune: Commune) -> Iterator[tuple[str, int]]:
    for site in place.CAMERAS:
        with MarkerReader(commune.camera_url(site.id)) as reader:
            yield site.id, reader.wait_for_pictures(10, deadline_s=10.0)
