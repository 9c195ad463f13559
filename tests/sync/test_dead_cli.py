"""`molang sync dead`, as a technician types it, with and without a running box."""

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner

from edge.__main__ import main
from edge.control.handlers.sync import dead_handlers
from edge.control.server import ControlServer
from edge.core.policy.room import Level
from edge.kernel.clock import SystemClock
from edge.store.dead_letters import note_withheld
from edge.store.journal import Journal
from edge.store.outbox import LANE_RESULT, mark_dead
from edge.sync.outbox_keeper import OutboxKeeper
from hil.bench.uplink_box import write_settings
from hil.pki import Authority
from tests.hub.province import free_port


class Machine:
    """The files of a box that was set up, with three dead letters."""

    def __init__(self, folder: Path) -> None:
        self.settings = write_settings(folder, Authority(folder / "pki"), free_port())
        self.data = folder / "box"

    async def journal(self) -> Journal:
        return await Journal.open(self.data / "molang.db", SystemClock())

    async def bury(self) -> None:
        journal = await self.journal()
        for number in range(3):
            await journal.record(lambda tx, n=number: tx.event(LANE_RESULT, "alert.sent", f"a-{n}", {"incident": "1"}))  # type: ignore[misc]
        dead = [(f"1-{number}", "Tỉnh không nhận.") for number in range(1, 4)]
        await journal.with_connection(lambda c: mark_dead(c, dead, journal.clock.now()))
        await journal.with_connection(lambda c: note_withheld(c, [("alert.sent", "phone")], 1))
        journal.close()

    def dead(self, command: str, *words: str, code: int = 0) -> str:
        found = CliRunner().invoke(main, ["sync", "dead", command, "--config", str(self.settings), *words])
        assert found.exit_code == code, found.output
        return found.output


def test_dead_letters_are_listed_with_their_reasons_and_what_was_held_back(tmp_path: Path) -> None:
    box = Machine(tmp_path)
    asyncio.run(box.bury())
    text = box.dead("list")
    assert "alert.sent a-0: Tỉnh không nhận." in text
    assert "Giữ lại trường “phone” của alert.sent: 1 lần." in text
    assert text.endswith("3 thư chết.\n")
    found = json.loads(box.dead("list", "--json"))
    assert [one["id"] for one in found["letters"]] == ["1-3", "1-2", "1-1"]
    assert json.loads(box.dead("show", "1-2"))["data"] == {"incident": "1"}
    assert "Không có thư chết" in box.dead("show", "9-9", code=1)


def test_they_are_sent_again_by_name_or_all_while_the_box_is_down(tmp_path: Path) -> None:
    box = Machine(tmp_path)
    asyncio.run(box.bury())
    assert "Không có thư chết" in box.dead("send-again", "1-1", "9-9", code=1)
    assert box.dead("send-again", "1-2") == "1 thư chết chờ gửi lại.\n"
    assert box.dead("send-again", "--all") == "2 thư chết chờ gửi lại.\n"
    assert box.dead("list").startswith("Giữ lại")
    box.dead("send-again", code=2)


async def test_a_running_box_does_it_itself_and_writes_it_down(tmp_path: Path) -> None:
    box = Machine(tmp_path)
    await box.bury()
    journal = await box.journal()
    (box.data / "run").mkdir(exist_ok=True)
    keeper = OutboxKeeper(journal, lambda: Level.GREEN, lambda _: ())
    server = asyncio.create_task(
        ControlServer(box.data / "run" / "control.sock", dead_handlers(keeper), frozenset({0})).run()
    )
    try:
        async with asyncio.timeout(5):
            while not (box.data / "run" / "control.sock").exists():
                await asyncio.sleep(0.01)
        assert await asyncio.to_thread(box.dead, "send-again", "1-3") == "1 thư chết chờ gửi lại.\n"
        deeds = await journal.record(lambda tx: tx.run("SELECT action, detail FROM audit").fetchall())
        assert deeds == [("outbox.send_again", "1 thư chết gửi lại: 1-3")]
    finally:
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)
        journal.close()
