"""The microphone page in a real Chromium with a fake microphone, before a whole commune without cameras."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hil import place
from hil.bench.talk.signal import write_voice
from hil.bench.talk.speaker import Speaker, speaker
from hil.broker import MOSQUITTO
from hil.commune import Commune
from hil.shots import CHROMIUM

ABSENT = [program for program in (CHROMIUM, MOSQUITTO) if not Path(program).exists()]
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"the page was not tried: no {', '.join(ABSENT)}")
HORNS = [horn.id for horn in place.HORNS]


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commune]:
    folder = tmp_path_factory.mktemp("xa")
    with Commune(folder, (), talk_addresses=("127.0.0.1",)) as commune:
        until = time.monotonic() + 30
        while not commune.horns_are_online():
            assert time.monotonic() < until
            time.sleep(0.1)
        yield commune


@pytest.fixture
def person(commune: Commune, tmp_path: Path) -> Iterator[Speaker]:
    write_voice(tmp_path / "voice.wav")
    password = commune.access.passwords["operator"]
    with speaker(f"http://127.0.0.1:{commune.ports.web}", password, tmp_path / "voice.wav") as one:
        yield one


def all_off(commune: Commune, since: float, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    return all(
        commune.observed.wait_for("coil", horn, since=since, deadline_s=max(0.0, deadline - time.monotonic()), on=False)
        for horn in HORNS
    )


def test_holding_the_button_speaks_letting_go_rests_and_then_ends(commune: Commune, person: Speaker) -> None:
    person.page.hover("#press")
    person.page.mouse.down()
    person.until("air")
    assert person.page.inner_text("#lamp-words") == "ĐANG PHÁT"
    person.page.wait_for_selector(f"#talk-horns .horn-playing >> nth={len(HORNS) - 1}", timeout=5_000)
    assert commune.state()["on_air"][0]["priority"] == "live"
    person.page.mouse.up()
    person.until("muted")
    person.page.keyboard.down("Space")
    person.until("air")
    person.page.keyboard.up("Space")
    released = time.monotonic()
    person.until("ready", within_s=8)
    assert time.monotonic() - released > 3.5
    assert all_off(commune, released, 5)


def test_stop_and_a_page_that_is_left_end_the_talk_at_once(commune: Commune, person: Speaker) -> None:
    person.page.check("#latch")
    person.page.click("#press")
    person.until("air")
    pressed = time.monotonic()
    person.page.keyboard.press("F9")
    assert all_off(commune, pressed, 2)
    person.until("ready")
    assert "DỪNG" in person.page.inner_text("#problem-words")
    person.page.click("#press")
    person.until("air")
    left = time.monotonic()
    person.page.goto("about:blank")
    assert all_off(commune, left, 2)
    deadline = time.monotonic() + 5
    while commune.ask_database("SELECT count(*) FROM talk WHERE ended_at_ms IS NULL") != [(0,)]:
        assert time.monotonic() < deadline, "the horns are off, and the talk is not written as ended"
        time.sleep(0.1)
