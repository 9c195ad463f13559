from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from drivers.base import Message
from drivers.devices.notifier_zalo import Settings, setup
from hil.harness import ROOT
from hil.prove.phones.zalo import WORLDS, Tally, documented_errors, killed_by_itself, killed_from_outside, steps_of

HARDEST = WORLDS[-1]


async def test_every_documented_error_comes_back_as_its_sort() -> None:
    _, wrong = await documented_errors()
    assert wrong == []


async def test_a_box_killed_between_refresh_and_use_sends_after_its_restart() -> None:
    steps = await steps_of(HARDEST)
    kept = max(place for place, name in enumerate(steps, 1) if name == "os.rename")
    tally = Tally()
    for number in (kept - 1, kept, kept + 1):
        await killed_by_itself(HARDEST, number, steps[number - 1], tally)
    await killed_from_outside(HARDEST, "send_asked", tally)
    assert (tally.kills, tally.locked_out, tally.used_before_disk, tally.missed) == (4, 0, 0, 0)
    assert tally.lost_answers == 1  # only before the draft is whole


async def test_an_answer_that_dies_with_the_box_is_told_and_healed() -> None:
    tally = Tally()
    await killed_from_outside(HARDEST, "refresh_spent", tally)
    assert (tally.kills, tally.lost_answers, tally.untold, tally.not_healed) == (1, 1, 0, 0)


async def test_the_simulator_serves_a_box_and_obeys(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hil.zalo", "--folder", str(tmp_path), "--port", "0",
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    settings = Settings(**json.loads(await process.stdout.readline()))
    notifier = await setup(settings)
    await notifier.send(Message("1-1-1", "0912345678", "Báo động 1."))
    told = json.loads(await process.stdout.readline())
    assert (told["phone"], told["data"]) == ("84912345678", {"noi_dung": "Báo động 1."})
    process.stdin.write(b"refuse -105\nnhay\n")
    assert await process.stdout.readline() == b"ok\n"
    assert "không hiểu" in (await process.stdout.readline()).decode()
    assert (await notifier.health()).ok
    await notifier.close()
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 10) == 0
