"""`./run demo --once`: watches the chain from the first person to the province, and reports what it really saw."""

from rich.console import Console

from hil import place
from hil.chain import live_through, witnesses
from hil.chain_links import chain_links
from hil.commune import Commune
from hil.links import Link, show
from hil.marker import MarkerReader

PICTURES = 10
PICTURES_S = 10.0


def watch_the_chain(commune: Commune, console: Console) -> list[Link]:
    """Lets the story happen before witnesses, then tells what they saw, a coloured line a link."""
    console.print("[dim]Xem chuỗi từ camera tới tỉnh… / watching the chain from camera to province…[/]")
    links = [cameras_play(commune)]
    show(console, links[0])
    with witnesses(commune) as seen:
        story = live_through(commune, seen)
        seen.wall.close()
        for link in chain_links(commune, seen, story):
            show(console, link)
            links.append(link)
    return links


def cameras_play(commune: Commune) -> Link:
    """The RTSP server hands out every film: an independent reader decodes pictures of each camera."""
    pictures = {site.id: _pictures(commune.camera_url(site.id)) for site in place.CAMERAS}
    return Link("rtsp", all(pictures.values()), {f"{name}_pictures": count for name, count in pictures.items()})


def _pictures(url: str) -> int:
    with MarkerReader(url) as reader:
        return reader.wait_for_pictures(PICTURES, PICTURES_S)
