"""`./run demo --once`: watches the chain from the first person to the province, and reports what it really saw."""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console

from hil import place
from hil.commune import Commune
from hil.links import Link, show
from hil.marker import MarkerReader

ALARM_CAMERA = "cam-2"
Check = Callable[[Commune], Link]


def watch_the_chain(commune: Commune, console: Console) -> list[Link]:
    """Lets the story happen before witnesses, then tells what they saw, a coloured line a link."""
    console.print("[dim]Xem chuỗi từ camera tới tỉnh… / watching the chain from camera to province…[/]")
    with witnesses(commune) as seen:
        links = [cameras_play(seen, commune)]
        story = live_through(commune, seen)
        seen.wall.close()
        links += chain_links(commune, seen, story)
    for link in links:
        show(console, link)
    return links


def cameras_play(seen: Witnesses, commune: Commune) -> Link:
    """The RTSP server hands out every film: an independent reader decodes pictures of each camera."""
    pictures = dict(_pictures_of_each(commune))
    return Link("rtsp", ok=all(pictures.values()), figures={f"{name}_pictures": n for name, n in pictures.items()})


def _pictures_of_each(commune: Commune) -> Iterator[tuple[str, int]]:
    for site in place.CAMERAS:
        with MarkerReader(commune.camera_url(site.id)) as reader:
            yield site.id, reader.wait_for_pictures(10, deadline_s=10.0)
