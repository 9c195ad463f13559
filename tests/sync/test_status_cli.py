"""`molang sync status` and the stick commands, as a technician types them, with and without a running box."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from edge.__main__ import main
from edge.config import load
from edge.control.handlers.sync import sync_handlers
from edge.control.server import ControlServer, Handler
from edge.core.errors import MisconfiguredError
from edge.hub.stick.box_keys import keys_in
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.kernel.statement import StatementKey
from edge.store.journal import Journal
from edge.sync.receipt import Receipts
from edge.sync.service import SyncService
from edge.sync.status_cli import in_words, status_of
from hil import place
from hil.bench.uplink_box import fill_outbox, write_settings
from hil.pki import Authority
from tests.hub.province import Province, free_port

SOURCE = f"/xa/{place.COMMUNE}/box/1"
LIVE = {
    "state": "up",
    "detail": "4G đã dùng 85 % của 100 MB tháng này: số đo và hình phải chờ.",
    "reason": "sending",
    "eta_s": 300,
    "ways": [
        {"name": "cáp", "used": False, "works": False, "metered": False, "month_bytes": 10, "budget_bytes": 0},
        {"name": "4G", "used": True, "works": True, "metered": True, "month_bytes": 85, "budget_bytes": 100},
    ],
}


class Machine:
    """The files of a box that was set up, with a hundred events that wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority(folder / "pki")
        self.settings = write_settings(folder, self.authority, free_port())
        self.data = folder / "box"
        fill_outbox(self.data / "molang.db", 100)
        self.key = StatementKey.load_or_make(self.data / "keys" / "audit.pem")

    def molang(self, *words: object, code: int = 0) -> str:
        found = CliRunner().invoke(main, [str(word) for word in words])
        assert found.exit_code == code, found.output
        return found.output

    def sync(self, command: str, *words: object, code: int = 0) -> str:
        return self.molang("sync", command, "--config", self.settings, *words, code=code)

    def take(self, file: Path) -> str:
        hub = self.authority.issue("hub")
        (self.folder / "boxes").write_text(f"{SOURCE} {self.key.public_hex}\n")
        files = ("--box-key", self.folder / "boxes", "--cert", hub.cert, "--key", hub.key)
        return self.molang("hub", "import", file, "--folder", self.folder / "hub", *files)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_box_that_does_not_run_says_what_waits_and_that_it_does_not_know_more(machine: Machine) -> None:
    found = json.loads(machine.sync("status", "--json"))
    assert (found["runs"], found["reason"], found["eta_s"], found["waiting"]) == (False, "unknown", None, 100)
    assert [lane["waiting"] for lane in found["lanes"]] == [20, 20, 60, 0]
    assert {lane["why"] for lane in found["lanes"]} == {"unknown", "nothing"}
    assert found["last_contact_ms"] is None
    text = machine.sync("status")
    assert "Hộp không chạy: 100 tin chờ gửi, chưa biết bao giờ xong." in text
    assert "Tỉnh chưa trả lời lần nào." in text


def test_the_word_of_the_running_box_is_told_with_what_its_budget_holds_back(machine: Machine) -> None:
    found = status_of(load(machine.settings), LIVE)
    assert [lane["why"] for lane in found["lanes"]] == ["sending", "sending", "budget", "nothing"]
    text = "\n".join(in_words(found | {"ways": [way | {"saver": "none"} for way in found["ways"]]}))
    assert "100 tin chờ gửi (đang gửi), xong sau khoảng 5 phút." in text
    assert "đường 4G: đang dùng" in text
    assert "đường cáp: không thông" in text


def test_an_unknown_time_is_said_to_be_unknown(machine: Machine) -> None:
    found = status_of(load(machine.settings), LIVE | {"eta_s": None, "reason": "line_down", "state": "down"})
    assert in_words(found)[0] == "100 tin chờ gửi (mất đường truyền tới tỉnh), chưa biết bao giờ xong."


def test_the_stick_goes_round_while_the_box_is_down(machine: Machine, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert "100 sự kiện" in machine.sync("export", stick)
    (file,) = stick.glob("*.molang")
    assert f"Đã nhận 100 sự kiện của {SOURCE}, từ chối 0" in machine.take(file)
    assert "100 sự kiện không phải gửi nữa" in machine.sync("receipt", f"{file}.receipt")
    found = json.loads(machine.sync("status", "--json"))
    assert found["waiting"] == 0
    assert [lane["confirmed"]["events"] for lane in found["lanes"][:3]] == [20, 20, 60]


async def test_while_the_box_runs_it_settles_the_receipt_itself(machine: Machine, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    config, clock = load(machine.settings), SystemClock()
    journal = await Journal.open(machine.data / "molang.db", clock)
    asked: list[str] = []
    table = sync_handlers(Receipts(config.hub, SOURCE, journal.with_connection, clock), journal)
    (machine.data / "run").mkdir(parents=True, exist_ok=True)
    server = ControlServer(machine.data / "run" / "control.sock", _noted(table, asked), frozenset({0}))
    task = asyncio.create_task(server.run())
    try:
        await asyncio.sleep(0.1)
        await asyncio.to_thread(machine.sync, "export", stick)
        (file,) = stick.glob("*.molang")
        await asyncio.to_thread(machine.take, file)
        told = await asyncio.to_thread(machine.sync, "receipt", f"{file}.receipt")
        again = await asyncio.to_thread(machine.sync, "again", "--since", "41")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()
    assert "100 sự kiện không phải gửi nữa" in told
    assert again == "60 sự kiện chờ gửi lại.\n"
    assert asked == ["NoteStick", "TakeReceipt", "SendAgain"]


def _noted(table: dict[type, Handler], asked: list[str]) -> dict[type, Handler]:
    def noting(kind: type, handler: Handler) -> Handler:
        async def handle(request: Any) -> dict[str, Any]:
            asked.append(kind.__name__)
            return await handler(request)

        return handle

    return {kind: noting(kind, handler) for kind, handler in table.items()}


def test_a_foreign_receipt_is_refused_in_a_sentence(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "x.receipt").write_bytes(b"%PDF")
    assert "không phải tệp chuyển tay" in machine.sync("receipt", tmp_path / "x.receipt", code=1)


def test_the_key_of_the_box_is_a_line_for_the_province(machine: Machine) -> None:
    assert machine.sync("key").strip() == f"{SOURCE} {machine.key.public_hex}"


async def test_the_status_of_the_wall_has_reason_ways_and_time(province: Province, tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "box.db", SystemClock())
    try:
        status = SyncService(province.settings(1), SOURCE, journal, Bus()).status
    finally:
        journal.close()
    assert (status.reason, status.eta_s) == ("nothing", None)


def test_an_empty_file_of_keys_knows_nobody(tmp_path: Path) -> None:
    (tmp_path / "boxes").write_text("\n# nobody\n")
    assert keys_in(tmp_path / "boxes")(SOURCE) is None
    (tmp_path / "boxes").write_text("hex only\n")
    with pytest.raises(MisconfiguredError, match="boxes:1"):
        keys_in(tmp_path / "boxes")
