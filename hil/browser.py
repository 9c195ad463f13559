"""The browser that looks at pages, and the sizes it looks at them in."""

from dataclasses import dataclass

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run --autoplay-policy=no-user-gesture-required"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """A size to look at."""

    width: int
    height: int


TELEVISION = Screen(1920, 1080)
DESK = Screen(1366, 768)
PHONE = Screen(390, 844)
