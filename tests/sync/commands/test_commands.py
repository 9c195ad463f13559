"""Commands of the province on a box: each once, and nothing else whatever comes."""

import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from edge.core.errors import TransientError
from edge.core.moment import ClockState
from edge.hub.commands.making import listed, make, poll
from edge.kernel.wire.command import (
    AnyOrder,
    ConfigFragment,
    FetchClip,
    LevelsOffer,
    TemplateOffer,
)
from edge.sync.commands.check import Reason
from hil.prove.province.office import DAY_MS, SOMEBODY, SOURCE, YEAR_MS, Box, LyingClock, Office, Running, rows, until
from tests.sync.commands.stage import GAUGE, OFFERS, came, command, outcomes, take, told

IMPOSSIBLE: dict[str, AnyOrder] = {
    "another table": ConfigFragment(toml='[hub]\nurl = "https://khac.example"\n'),
    "passwords": ConfigFragment(toml='[web]\nwall_token = "0123456789abcdef"\n'),
    "who may set off alarms": ConfigFragment(toml='[[cap.source]]\nsender = "x"\nname = "x"\n'),
    "no TOML": ConfigFragment(toml="[[["),
    "a box that would not start": ConfigFragment(toml='[[horn]]\nid = "x"\nname = "X"\nhamlet = "khong-co"\n'),
    "an unknown gauge": LevelsOffer(station="khong-co", bao_dong_m=(1, 2, 3), source="QĐ 1", issued="2026-01-01"),
    "an unknown camera": FetchClip(of="camera/khong-co", since_ms=0, until_ms=1000),
    "an unknown incident": FetchClip(of="incident/9-9", since_ms=0, until_ms=1000),
    "a film of a day": FetchClip(of="camera/cong-uy-ban", since_ms=0, until_ms=DAY_MS),
}


@pytest.mark.parametrize("kind", OFFERS)
async def test_each_kind_is_done_once_and_told_on_lane_1(office: Office, box: Running, kind: str) -> None:
    await office.order(OFFERS[kind])
    for _ in range(3):
        await take(office, box)
    outcome = "queued" if kind == "fetch_clip" else "proposed"
    assert await outcomes(box) == [(kind, "done", outcome)]
    assert await told(box) == [("command.done", 1, outcome)]
    proposals = await rows(box.journal, "SELECT kind, state FROM province_proposal")
    wishes = await rows(box.journal, "SELECT incident_or_camera, since_ms, until_ms, state FROM media_wish")
    if kind == "fetch_clip":
        assert (proposals, wishes) == ([], [("camera/cong-uy-ban", 1_790_000_000_000, 1_790_000_060_000, "waiting")])
    else:
        assert (proposals, wishes) == ([(kind, "open")], [])


async def test_levels_are_a_proposal_that_changes_no_level(office: Office, box: Running) -> None:
    order = LevelsOffer(station=GAUGE, bao_dong_m=(3.0, 4.0, 5.0), source="QĐ 05", issued="2026-01-01")
    await office.order(order)
    await take(office, box)
    if GAUGE in Box(office.folder / "other", office).place.gauges:
        assert await outcomes(box) == [("levels", "done", "proposed")]
    assert await rows(box.journal, "SELECT * FROM gauge_levels") == []


async def test_the_settings_file_is_never_touched_by_a_command(office: Office, tmp_path: Path) -> None:
    place = Box(tmp_path / "other", office)
    before = place.settings.read_bytes()
    async with place.opened() as box:
        for order in OFFERS.values():
            await office.order(order)
        await take(office, box)
    assert place.settings.read_bytes() == before


@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_what_cannot_be_is_refused_with_a_reason(office: Office, box: Running, name: str) -> None:
    await office.order(IMPOSSIBLE[name])
    await take(office, box)
    ((_, state, outcome),) = await outcomes(box)
    assert (state, outcome) == ("refused", Reason.IMPOSSIBLE)
    assert await told(box) == [("command.refused", 1, "impossible")]
    ((detail,),) = await rows(box.journal, "SELECT detail FROM province_command")
    assert detail.endswith((".", "`."))
    assert await rows(box.journal, "SELECT 1 FROM province_proposal UNION SELECT 1 FROM media_wish") == []


async def test_a_template_of_the_commune_is_never_changed_from_outside(office: Office, box: Running) -> None:
    await office.order(TemplateOffer(id="nuoc-len", title="Nước lên", text="Lời khác."))
    await take(office, box)
    assert await outcomes(box) == [("template", "refused", "impossible")]


async def test_a_command_for_tomorrow_waits_also_over_a_restart(office: Office, tmp_path: Path) -> None:
    place = Box(tmp_path / "other", office)
    async with place.opened() as box:
        tomorrow = command(office, office.now_ms + DAY_MS, office.now_ms + 2 * DAY_MS)
        await take(office, box, tomorrow, tomorrow)
        await box.deeds.take_due()
        assert [row[1] for row in await outcomes(box)] == ["waits"]
        assert await told(box) == []
    place.clock.off_ms = DAY_MS + 60_000
    async with place.opened() as box:
        await box.deeds.take_due()
        await box.deeds.take_due()
        assert [row[1] for row in await outcomes(box)] == ["done"]
        assert len(await told(box)) == 1


@pytest.mark.parametrize("off_ms", [-YEAR_MS, YEAR_MS])
@pytest.mark.parametrize("state", [ClockState.RTC, ClockState.FLOOR])
async def test_a_box_whose_clock_is_a_year_off_goes_by_the_hubs_time(
    office: Office, tmp_path: Path, off_ms: int, state: ClockState
) -> None:
    async with Box(tmp_path / "lost", office, clock=LyingClock(off_ms, state)).opened() as box:
        box.time.hear(office.now_ms, box.journal.clock.steady())
        now = office.now_ms
        await take(office, box, command(office, now - 1, now + DAY_MS, 1), command(office, now - 2, now - 1, 2))
        assert [row[1:] for row in await outcomes(box)] == [("done", "proposed"), ("refused", "expired")]


@pytest.mark.parametrize(("off_ms", "outcome"), [(-YEAR_MS, "wrong_times"), (YEAR_MS, "expired")])
async def test_a_set_clock_is_believed_against_the_hub(
    office: Office, tmp_path: Path, off_ms: int, outcome: str
) -> None:
    async with Box(tmp_path / "set", office, clock=LyingClock(off_ms)).opened() as box:
        box.time.hear(office.now_ms, box.journal.clock.steady())
        await take(office, box, command(office, office.now_ms - 1, office.now_ms + DAY_MS))
        assert [row[2] for row in await outcomes(box)] == [outcome]


async def test_a_cut_between_deed_and_report_leaves_both_or_neither(office: Office, tmp_path: Path) -> None:
    """SQLite is interrupted ever later in the transaction, until it goes through; each time the command comes again."""
    place = Box(tmp_path / "other", office)
    await office.order(OFFERS["template"])
    (good,) = await came(office)
    cuts = 0
    for steps in range(1, 500, 4):
        async with place.opened() as box:
            power = Power(steps)
            await box.journal.with_connection(power.watch)
            power.on = False
            with suppress(TransientError):
                await take(office, box, good)
            power.on = True
            done = await rows(box.journal, "SELECT 1 FROM province_command WHERE state = 'done'")
            assert len(done) == len(await rows(box.journal, "SELECT 1 FROM province_proposal")) == len(await told(box))
            if done:
                break
            cuts += 1
    assert cuts >= 5


class Power:
    """Interrupts SQLite's own machine after so many of its steps, once it is off."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.on = True

    def watch(self, connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(self._step, 10)

    def _step(self) -> int:
        self.left -= not self.on
        return int(self.left < 0 and not self.on)


async def test_a_box_of_another_commune_gets_nothing_of_ours(office: Office) -> None:
    await office.order(OFFERS["update"])
    assert (await poll(office.database, "/xa/khac/box/1", 0, office.now_ms)).commands == ()


async def test_a_press_twice_is_one_command_and_numbers_rise_also_after_a_restored_record(office: Office) -> None:
    press = partial(make, office.database, office.command_key, SOURCE, OFFERS["update"], SOMEBODY, office.now_ms)
    first, again = await press(name="lenh-0001"), await press(name="lenh-0001")
    assert first == again
    second = await press()
    assert second.seq > first.seq >= office.now_ms // 1000 - 5


async def test_over_the_line_every_kind_arrives_and_its_result_is_at_the_hub(office: Office, tmp_path: Path) -> None:
    async with office.running():
        place = Box(tmp_path / "box", office)
        await place.enrol()
        async with place.running():
            for order in OFFERS.values():
                await office.order(order)

            async def all_told() -> bool:
                return all(row["state"] == "done" for row in await listed(office.database, SOURCE))

            await until(all_told)
            assert all(row["taken"] or row["told_at_ms"] for row in await listed(office.database, SOURCE))
