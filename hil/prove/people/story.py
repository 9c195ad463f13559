"""A story of somebody at the commune, told step by step: each step has a name, a time and a picture.

    def tell(story: Story, scene: Scene) -> None:
        page = scene.desk("officer's desk", Screen(1366, 768))
        with story.step("logs in", page):
            log_in(page, scene.commune.panel_url, "duty", scene.commune.access.passwords["duty"])
        with story.step("hears it on every horn"):
            until("a horn was heard", lambda: heard(scene), within_s=20)

    def story_officer() -> Link:
        return told("story_officer", tell, clips=CLIPS)

A step that fails ends the story: its name is the line's note, and every page that is open is kept as a picture. So does
a page that throws, and an answer of 500 or more. Pictures go to ``MOLANG_ARTEFACTS``, else ``var/stories``.
"""

import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from playwright.sync_api import Browser, Error, Page, Response, sync_playwright

from edge.core.errors import MolangError
from hil.browser import DESK, Screen
from hil.clips import ClipInfo
from hil.commune import Commune
from hil.harness import ROOT
from hil.lan import Lan
from hil.links import Figure, Link
from hil.panel import PanelError

ARTEFACTS = "MOLANG_ARTEFACTS"
WITHIN_S = 15.0
LOOK_S = 0.1
T = TypeVar("T")


class MissedError(Exception):
    """What should have happened did not; the text says what."""


class StoryEndedError(Exception):
    """A step failed; the story has kept why."""


HAPPENS = (MissedError, Error, PanelError, MolangError, OSError, sqlite3.Error)
"""How a step fails; anything else is a mistake in the story and passes through."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was done, and its seconds."""

    name: str
    took_s: float


@dataclass(slots=True)
class Story:
    """What happened so far."""

    name: str
    folder: Path
    steps: list[Step] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    """What the story measured beside its steps."""
    pages: dict[str, Page] = field(default_factory=dict)
    broken: str = ""

    def watch(self, name: str, page: Page) -> Page:
        """This page belongs to the story: what it throws is a fault, and it is kept as a picture when a step fails."""
        self.pages[name] = page
        page.on("pageerror", lambda error: self.faults.append(f"{name}: {str(error)[:200]}"))
        page.on("response", lambda answer: self._met(name, answer))
        return page

    @contextmanager
    def step(self, name: str, page: Page | None = None) -> Iterator[None]:
        """One step; ``page`` is kept as a picture at its end. Raises StoryEndedError when it fails."""
        began = time.monotonic()
        try:
            yield
        except HAPPENS as error:
            self.broken = f"{len(self.steps) + 1} {name}: {type(error).__name__}: {error}"[:700]
            for title, one in self.pages.items():
                self._keep(one, f"{name} FAILED {title}")
            raise StoryEndedError(self.broken) from error
        self.steps.append(Step(name, time.monotonic() - began))
        if page is not None:
            self._keep(page, name, done=True)

    def keep(self, page: Page, name: str) -> None:
        """A picture in the middle of a step."""
        self._keep(page, name)

    def link(self) -> Link:
        """The line: whole only if every step was done and no page made a fault."""
        short = self.name.removeprefix("story_")
        figures: dict[str, Figure] = {
            f"{short}_steps": len(self.steps),
            f"{short}_s": round(sum(step.took_s for step in self.steps), 1),
            **{f"{short}_{key}": value for key, value in self.figures.items()},
            **{f"{short}_{n:02}_{_slug(s.name)}_s": round(s.took_s, 1) for n, s in enumerate(self.steps, 1)},
        }
        note = "; ".join(filter(None, (self.broken, *self.faults[:5])))
        return Link(self.name, bool(self.steps) and not note, figures, note)

    def _met(self, name: str, answer: Response) -> None:
        if answer.status >= 500:
            self.faults.append(f"{name}: {answer.status} {answer.url}")

    def _keep(self, page: Page, name: str, *, done: bool = False) -> None:
        number = len(self.steps) + (0 if done else 1)
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            page.screenshot(path=self.folder / f"{number:02}-{_slug(name)}.png", timeout=10_000)
        except Error:  # a page that is gone has no picture; the step's own failure is what matters
            return


@dataclass(slots=True)
class Scene:
    """A running commune and the browsers of its network."""

    commune: Commune
    lan: Lan
    browser: Browser
    """Its owner has installed the commune's authority."""
    stranger: Callable[[], Browser]
    """Opens one whose owner has installed nothing."""
    story: Story

    def page(self, name: str, screen: Screen = DESK, theme: Literal["light", "dark"] = "light", **context: Any) -> Page:
        """A page of somebody of his own: no cookie is shared with another page."""
        size = {"width": screen.width, "height": screen.height}
        opened = self.browser.new_context(viewport=size, locale="vi-VN", color_scheme=theme, **context)  # type: ignore[arg-type]  # playwright's own TypedDict of two numbers
        return self.story.watch(name, opened.new_page())

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Of the box's database, read from outside."""
        return self.commune.ask_database(question, *values)


def told(name: str, tell: Callable[[Story, Scene], None], clips: Sequence[ClipInfo] = (), **options: Any) -> Link:
    """The line of a story: a whole commune behind nginx, browsers on another machine.

    ``options`` are Commune's, and ``flags``: more of the browser's.
    """
    if why := Lan.why_not():
        return Link(name, False, {}, why)
    story = Story(name, artefacts(name))
    with ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="molang-")))
        scene = _scene(open_things, folder, story, clips, options)
        try:
            tell(story, scene)
        except StoryEndedError:
            _keep_logs(scene.commune, story)
    return story.link()


def until(what: str, found: Callable[[], T], within_s: float = WITHIN_S) -> T:
    """What ``found`` gives as soon as that is something true; raises MissedError, which says ``what`` was missed."""
    deadline = time.monotonic() + within_s
    while not (value := found()):
        if time.monotonic() > deadline:
            raise MissedError(f"{what}: not within {within_s:g} s")
        time.sleep(LOOK_S)
    return value


def must(what: str, true: object) -> None:
    """Raises MissedError unless it is true."""
    if not true:
        raise MissedError(what)


def no_sideways(page: Page) -> None:
    """Raises MissedError when the page is wider than its screen; a phone's browser would shrink it instead."""
    wide, screen = page.evaluate("document.documentElement.scrollWidth"), (page.viewport_size or {"width": 0})["width"]
    must(f"{page.url} is {wide} px wide on a screen of {screen} px", wide <= screen)


def _scene(opened: ExitStack, folder: Path, story: Story, clips: Sequence[ClipInfo], options: dict[str, Any]) -> Scene:
    flags: Sequence[str] = options.pop("flags", ())
    lan = opened.enter_context(Lan(folder / "lan"))
    ports: dict[str, Any] = {"web_port": 0, "live_port": 0, "record_sound": True}
    commune = opened.enter_context(Commune(folder / "xa", clips, lan=lan, **(ports | options)))
    tools = opened.enter_context(sync_playwright())
    browser = opened.enter_context(lan.chromium(commune.browser_ca, tools=tools, flags=flags))
    return Scene(commune, lan, browser, lambda: opened.enter_context(lan.chromium(None, tools=tools)), story)


def artefacts(name: str) -> Path:
    """An empty folder for what shall be looked at afterwards."""
    folder = Path(os.environ.get(ARTEFACTS, ROOT / "var" / "stories")) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _keep_logs(commune: Commune, story: Story) -> None:
    """What the programs said is wanted beside the pictures of a failure."""
    shutil.copytree(commune.layout.logs, story.folder / "log", dirs_exist_ok=True)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
