"""A story is whole only if every step was done and no page made a fault; what went wrong is kept as pictures."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from hil.browser import CHROMIUM, FLAGS, PHONE
from hil.prove.people.story import Story, StoryEndedError, must, no_sideways, until
from tests.web.screen import NEEDS_CHROMIUM


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story("story_test", tmp_path / "pictures")


def test_a_story_of_two_steps_counts_and_names_them(story: Story) -> None:
    with story.step("opens the door"):
        pass
    with story.step("says “xin chào”"):
        until("soon", lambda: True)
    link = story.link()
    assert link.ok
    assert link.figures["test_steps"] == 2
    assert {"test_01_opens_the_door_s", "test_02_says_xin_ch_o_s"} <= link.figures.keys()


def test_a_story_without_a_step_proves_nothing(story: Story) -> None:
    assert not story.link().ok


def test_what_does_not_happen_ends_the_story_under_the_name_of_its_step(story: Story) -> None:
    with story.step("the first"):
        pass
    with pytest.raises(StoryEndedError), story.step("the second"):
        until("a horn was heard", lambda: False, within_s=0.1)
    link = story.link()
    assert not link.ok
    assert link.note == "2 the second: MissedError: a horn was heard: not within 0.1 s"
    assert link.figures["test_steps"] == 1


def test_a_mistake_in_the_story_itself_is_no_step_that_failed(story: Story) -> None:
    with pytest.raises(ZeroDivisionError), story.step("counts"):
        must("never", 1 / 0)


@NEEDS_CHROMIUM
def test_a_failed_step_keeps_every_page_and_a_thrown_error_is_a_fault(story: Story) -> None:
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        page = browser.new_page(viewport={"width": PHONE.width, "height": PHONE.height})
        story.watch("a phone", page)
        _too_wide(story, page)
        browser.close()
    assert sorted(one.name for one in story.folder.iterdir()) == ["01-looks.png", "02-scrolls_failed_a_phone.png"]
    assert "px wide on a screen of 390 px" in story.broken
    assert len(story.faults) == 1
    assert "a phone: broken page" in story.faults[0]


def _too_wide(story: Story, page: Page) -> None:
    with story.step("looks", page):
        page.set_content("<p>Mõ Làng</p><script>setTimeout(() => { throw new Error('broken page') })</script>")
        no_sideways(page)
    page.set_content("<div style='width: 800px'>Mõ Làng</div>")
    with pytest.raises(StoryEndedError), story.step("scrolls"):
        no_sideways(page)
