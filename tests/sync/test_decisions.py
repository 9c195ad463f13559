"""People of the commune decide, over the real control socket: what the province proposed, and whose key may speak."""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge.config import load
from edge.config.load import parse
from edge.control.handlers.province import province_handlers
from edge.control.protocol import SetLevels
from edge.control.server import ControlServer
from edge.kernel.wire.command import AnyOrder, ConfigFragment, LevelsOffer, Official, RosterOffer, TemplateOffer
from edge.store.proposals import Proposal, add_proposal
from edge.sync.cli import sync
from edge.sync.commands.desk import ProvinceDesk
from edge.sync.commands.offers import config_offer, levels_offer, roster_offer, template_offer
from hil.prove.province.office import EXAMPLE, Office, rows

HAMLET = ConfigFragment(toml='[[hamlet]]\nid = "moi"\nname = "Thôn Mới"\n')


@dataclass
class Commune:
    """A running box as far as this is about it; ``set`` collects the levels that were set."""

    folder: Path
    file: Path
    box: Any
    set: list[SetLevels]

    async def sync(self, *words: str) -> Result:
        """``molang sync …`` as a person runs it, beside the box."""
        run = partial(CliRunner().invoke, sync, [*words, "--config", str(self.file)])
        return await asyncio.to_thread(run)

    async def offer(self, order: AnyOrder) -> None:
        """As a command has stored it."""
        text = partial(self.file.read_text, "utf-8")
        made: Proposal
        match order:
            case ConfigFragment():
                made = config_offer("de-nghi-1", order, text)
            case TemplateOffer():
                made = template_offer("de-nghi-1", order, text)
            case RosterOffer():
                made = roster_offer("de-nghi-1", order, text)
            case LevelsOffer():
                made = levels_offer("de-nghi-1", order, frozenset({order.station}))
            case _:
                raise AssertionError
        await self.box.record(partial(add_proposal, one=made))

    async def state(self) -> tuple[Any, ...]:
        """Of the proposal, with the deeds in the log."""
        (row,) = await rows(self.box, "SELECT state, decided_by FROM province_proposal")
        return row


@asynccontextmanager
async def commune_in(folder: Path) -> AsyncIterator[Commune]:
    from edge.kernel.clock import SystemClock
    from edge.store.journal import Journal

    file = folder / "molang.toml"
    file.write_text(EXAMPLE.read_text("utf-8").replace("/var/lib/molang", str(folder)), "utf-8")
    journal = await Journal.open(folder / "molang.db", SystemClock())
    done: list[SetLevels] = []

    async def set_levels(request: SetLevels) -> dict[str, Any]:
        done.append(request)
        return {}

    desk = ProvinceDesk(partial(file.read_text, "utf-8"), set_levels, journal)
    (folder / "run").mkdir()
    server = ControlServer(folder / "run" / "control.sock", province_handlers(desk), frozenset({os.getuid()}))
    task = asyncio.create_task(server.run())
    while not (folder / "run" / "control.sock").exists():
        await asyncio.sleep(0.01)
    try:
        yield Commune(folder, file, journal, done)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.close()


@pytest.fixture
async def commune(tmp_path: Path) -> AsyncIterator[Commune]:
    async with commune_in(tmp_path) as commune:
        yield commune


async def test_a_technician_sees_what_would_change_and_accepts_it_into_the_file(commune: Commune) -> None:
    before = commune.file.read_text("utf-8")
    await commune.offer(HAMLET)
    assert "chờ xã xem" in (await commune.sync("proposals", "list")).output
    assert '+name = "Thôn Mới"' in (await commune.sync("proposals", "show", "de-nghi-1")).output
    accepted = await commune.sync("proposals", "accept", "de-nghi-1", "--user", "Kỳ", "--yes")
    assert accepted.exit_code == 0, accepted.output
    assert [hamlet.id for hamlet in load(commune.file).hamlet][-1] == "moi"
    assert commune.file.with_name("molang.toml.truoc").read_text("utf-8") == before
    assert await commune.state() == ("accepted", "Kỳ")
    assert await rows(commune.box, "SELECT user, role, action FROM audit") == [
        ("Kỳ", "technician", "proposal.accepted")
    ]
    assert await rows(commune.box, "SELECT type, lane, data FROM outbox") == [("proposal.accepted", 1, "{}")]
    again = await commune.sync("proposals", "accept", "de-nghi-1", "--user", "Kỳ", "--yes")
    assert again.exit_code != 0


async def test_a_refused_proposal_changes_nothing_and_its_reason_stays_here(commune: Commune) -> None:
    before = commune.file.read_bytes()
    await commune.offer(HAMLET)
    await commune.sync("proposals", "refuse", "de-nghi-1", "--user", "Kỳ", "--why", "Không có thôn này")
    assert commune.file.read_bytes() == before
    assert await commune.state() == ("refused", "Kỳ")
    assert "thôn" not in str(await rows(commune.box, "SELECT data FROM outbox"))


async def test_a_template_comes_into_the_file_under_the_name_of_who_accepted_it(commune: Commune) -> None:
    await commune.offer(TemplateOffer(id="bao-dem", title="Bão đêm", text="Đêm nay bão vào."))
    accepted = await commune.sync("proposals", "accept", "de-nghi-1", "--user", "Minh", "--role", "leader", "--yes")
    assert accepted.exit_code == 0, accepted.output
    made = {template.id: template for template in load(commune.file).template}["bao-dem"]
    assert (made.approved_by, made.approved_on) == ("Minh", dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date())


async def test_a_changed_official_keeps_what_the_offer_does_not_say(commune: Commune) -> None:
    known = load(commune.file).person[0]
    who = Official(id=known.id, name="Tên mới", phone=known.phone, duty=known.duty)
    await commune.offer(RosterOffer(people=(who,)))
    await commune.sync("proposals", "accept", "de-nghi-1", "--user", "Kỳ", "--yes")
    changed = load(commune.file).person[0]
    assert changed.name == "Tên mới"
    assert (changed.substitute, changed.zalo, changed.email) == (known.substitute, known.zalo, known.email)


async def test_levels_go_through_the_desk_of_levels_under_the_persons_name(commune: Commune) -> None:
    await commune.offer(LevelsOffer(station="ho", bao_dong_m=(1.0, 2.0, 3.0), source="QĐ 05", issued="2026-01-01"))
    await commune.sync("proposals", "accept", "de-nghi-1", "--user", "Minh", "--role", "leader", "--yes")
    (request,) = commune.set
    assert (request.user, request.role, request.bao_dong_m) == ("Minh", "leader", (1.0, 2.0, 3.0))
    assert await commune.state() == ("accepted", "Minh")


async def test_a_setting_is_not_accepted_by_a_leader_nor_before_it_is_in_the_file(commune: Commune) -> None:
    from edge.control.client import call
    from edge.control.protocol import DecideProposal, Refused

    await commune.offer(HAMLET)
    socket = commune.folder / "run" / "control.sock"
    for role in ("leader", "technician", "duty"):
        ask = DecideProposal(user="Ai", role=role, id="de-nghi-1", accept=True)
        assert isinstance(await asyncio.to_thread(call, socket, ask), Refused)
    assert (await commune.state())[0] == "open"


async def test_a_key_is_accepted_by_name_shown_and_revoked(commune: Commune, tmp_path: Path) -> None:
    office_folder = tmp_path / "office"
    office_folder.mkdir()
    key = Office(office_folder).urgent_key
    file = tmp_path / "tinh.pub"
    file.write_text(key.public_hex)
    words = ("accept-key", str(file), "--user", "Lan", "--name", "Trung tâm thiên tai", "--yes")
    accepted = await commune.sync(*words)
    assert accepted.exit_code == 0, accepted.output
    assert key.key_id in accepted.output
    assert "còn dùng" in (await commune.sync("keys")).output
    await commune.sync("revoke-key", key.key_id, "--user", "Trực", "--role", "technician")
    assert "đã thu hồi" in (await commune.sync("keys")).output
    deeds = await rows(commune.box, "SELECT user, action FROM audit ORDER BY seq")
    assert deeds == [("Lan", "urgent_key.accept"), ("Trực", "urgent_key.revoke")]
    file.write_text("không phải khóa")
    assert (await commune.sync(*words)).exit_code != 0


def test_the_three_files_of_the_hub_come_together_or_not_at_all() -> None:
    text = EXAMPLE.read_text("utf-8")
    lines = [line for line in text.splitlines() if "/pki/thuong-giang" not in line and "tinh-ca.pem" not in line]
    assert parse("\n".join(lines).encode(), "x").hub is not None
    with pytest.raises(Exception, match="cả ba"):
        parse("\n".join(line for line in text.splitlines() if "tinh-ca.pem" not in line).encode(), "x")
