"""Line ``readme_trial``: somebody new has README.md and what ``./run demo`` prints, and nothing else.

The very command of the README is started; each of its numbered steps is read at a person's pace, and then what it names
is pressed and what it quotes is typed. The notice is on air when the horn of its hamlet is loud with its order.
"""

import os
import re
import shlex
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import IO, Literal

from playwright.sync_api import Browser, Error, Locator, Page, Playwright, ViewportSize, sync_playwright

from hil.browser import CHROMIUM, DESK, FLAGS
from hil.commune import default_root
from hil.harness import ROOT
from hil.links import Figure, Link
from hil.observed import Observed
from hil.prove.people.first_notice import Deed, ReadStep, command_of, steps_of
from hil.prove.people.story import ARTEFACTS, MissedError, until

DEMO = default_root()
PLAYED_S = 60.0
README = ROOT / "README.md"
ON_AIR_S = 180.0
UP_S = 300.0
READS_A_S, TYPES_A_S = 4.0, 5.0
"""Words and letters: a person who reads a manual, and does not type for a living."""
PATIENCE_MS = 40_000
"""As long as the newcomer waits for a button to become what the README says."""
ROLES: tuple[Literal["button", "link", "checkbox", "radio", "textbox"], ...] = (
    *("button", "link", "checkbox", "radio", "textbox"),
)
PRINTED_ADDRESS = re.compile(r"^\W*(\w.*?/ \w+)\s+(https?://\S+)", re.MULTILINE)
PRINTED_LOG_IN = re.compile(r"/ [\w ]+?\s{2,}(\w+)\s+([a-z]+(?:-[a-z]+)+-\d\d)\b")
UP = "Ctrl-C"
"""Stands in the last line that the demo prints when everything runs."""


@dataclass(slots=True)
class Newcomer:
    """Windows, and what the demo has printed."""

    browser: Browser
    addresses: Mapping[str, str]
    passwords: Mapping[str, str]
    windows: list[Page] = field(default_factory=list)
    shown: int = -1
    named: str = ""
    typed: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """What is before the eyes."""
        return self.windows[self.shown]

    def follow(self, step: ReadStep) -> None:
        """Read it, and do what it says."""
        time.sleep(step.words / READS_A_S)
        if step.window == "first":
            self.shown = 0
            self.page.bring_to_front()
        elif step.window == "another" or not self.windows:
            size: ViewportSize = {"width": DESK.width, "height": DESK.height}
            self.windows.append(self.browser.new_context(viewport=size, locale="vi-VN").new_page())
            self.shown = len(self.windows) - 1
        for deed in step.deeds:
            self._do(deed)

    def _do(self, deed: Deed) -> None:
        if deed.kind == "open":
            self.page.goto(self.addresses[deed.words])
        elif deed.kind == "press":
            self.named = deed.words
            self._under(deed.words).click(timeout=PATIENCE_MS)
        elif deed.words in self.passwords:
            self._type(self.page.locator("[name=login]"), deed.words)
            self._type(self.page.locator("[name=password]"), self.passwords[deed.words])
        elif self.named:
            self.typed.append(deed.words)
            self._type(self._under(self.named), deed.words)
        else:
            raise MissedError(f"where does {deed.words!r} go?")

    def _under(self, words: str) -> Locator:
        """What stands on the page under these words, or begins with them."""
        named = re.compile(f"^{re.escape(words)}(:|$)")
        found = [self.page.get_by_role(role, name=named) for role in ROLES]
        return reduce(lambda one, other: one.or_(other), found).first

    def _type(self, where: Locator, words: str) -> None:
        where.press_sequentially(words, delay=1000 / TYPES_A_S)


def readme_trial() -> Link:
    """Start the demo as the README says, follow it, and look whether the notice was on air in time."""
    steps = steps_of(README)
    listed = " · ".join(f"{number}. {step.text}" for number, step in enumerate(steps, 1))
    figures: dict[str, Figure] = {"notice_steps": len(steps)}
    try:
        with _demo(shlex.split(command_of(README))) as printed, sync_playwright() as tools:
            figures["notice_on_air_s"] = round(_follow(steps, printed, tools), 1)
    except (MissedError, Error, OSError, KeyError, sqlite3.Error) as error:
        return Link("readme_trial", False, figures, f"{type(error).__name__}: {error}"[:500])
    return Link("readme_trial", float(figures["notice_on_air_s"] or 0) <= ON_AIR_S, figures, listed)


def _follow(steps: Sequence[ReadStep], printed: str, tools: Playwright) -> float:
    """Seconds from the demo being up until the horn was loud."""
    up = time.monotonic()
    browser = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
    one = Newcomer(browser, dict(PRINTED_ADDRESS.findall(printed)), dict(PRINTED_LOG_IN.findall(printed)))
    try:
        for step in steps:
            one.follow(step)
        return _on_air(one.typed[-1]) - up
    finally:
        _keep(one.windows)
        browser.close()


def _on_air(text: str) -> float:
    """When a horn of the notice's own orders became loud; raises MissedError when none does, or it was not approved."""
    played = until("a horn reports that it played the notice", lambda: _played(text), PLAYED_S)
    (horn, approver, author), *others = played
    if others or not approver or approver == author:
        raise MissedError(f"not the one horn of an approved notice: {played}")
    return max(seen.steady for seen in Observed(DEMO / "devices").some("sound", horn, phase="loud"))


def _played(text: str) -> list[tuple[str, str, str]]:
    """(horn, approver, author) of each horn that played all of it."""
    with closing(sqlite3.connect(f"file:{DEMO}/box/molang.db?mode=ro", uri=True)) as base:
        return base.execute(
            "SELECT r.horn, b.approver, b.author FROM bulletin b JOIN horn_order o ON o.bulletin = b.id"
            " JOIN horn_report r ON r.horn_order = o.id WHERE b.text = ? AND r.outcome = 'PLAYED'",
            (text,),
        ).fetchall()


@contextmanager
def _demo(command: Sequence[str]) -> Iterator[str]:
    """The README's command, from the folder of the README; yields all that it printed once it is up."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        process = subprocess.Popen(command, cwd=ROOT, stdout=printed, stderr=printed, start_new_session=True)
        try:
            yield until("the demo is up", lambda: _up(process, printed), UP_S)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _up(process: "subprocess.Popen[bytes]", printed: IO[str]) -> str:
    printed.seek(0)
    said = printed.read()
    if process.poll() is not None:
        raise MissedError(f"the demo ended: {said[-400:]}")
    return said if UP in said else ""


def _keep(windows: Sequence[Page]) -> None:
    folder = Path(os.environ.get(ARTEFACTS, ROOT / "var" / "stories")) / "readme_trial"
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(windows, 1):
        page.screenshot(path=folder / f"window-{number}.png")
