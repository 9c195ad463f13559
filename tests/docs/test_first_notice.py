"""The steps to the first notice say the same in both languages, and name only what stands on the pages."""

from pathlib import Path

import pytest

from hil import place
from hil.access import NAMES
from hil.prove.people.first_notice import command_of, steps_of
from web.speaking import catalogue

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]
IN_CODE = {"Bấm lần nữa": "Bấm lần nữa: phát ra %(where)s"}
"""What a button says when its first press asks for a second."""


def test_both_readmes_lead_to_the_same_notice_by_the_same_steps() -> None:
    english, vietnamese = (steps_of(readme) for readme in READMES)
    assert [step.deeds for step in english] == [step.deeds for step in vietnamese]
    assert [step.window for step in english] == [step.window for step in vietnamese]
    assert len({command_of(readme) for readme in READMES}) == 1


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.name)
def test_what_is_pressed_stands_on_a_page_and_what_is_printed_is_printed(readme: Path) -> None:
    demo = (ROOT / "hil" / "demo.py").read_text()
    deeds = [deed for step in steps_of(readme) for deed in step.deeds]
    for deed in deeds:
        if deed.kind == "press" and deed.words not in place.HAMLETS.values():
            assert IN_CODE.get(deed.words, deed.words) in catalogue("en"), deed.words
        if deed.kind == "open":
            assert f"[bold]{deed.words}[/]" in demo
    assert [deed.words for deed in deeds if deed.words in NAMES] == ["operator", "leader"]


def test_steps_that_are_not_numbered_in_order_are_no_steps(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("## Your first notice on air\n\n1. Open *x*.\n3. Press **y**.\n")
    with pytest.raises(ValueError, match="1, 3"):
        steps_of(readme)
