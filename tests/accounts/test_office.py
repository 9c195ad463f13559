"""Who keeps the accounts, what it does to those who are in, and what the audit log says of it."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.__main__ import main
from edge.control.handlers.accounts import account_handlers
from edge.control.server import ControlServer
from edge.core.account import NewAccount, Stage
from edge.core.errors import FinalError
from edge.core.policy.rights import Role
from tests.accounts.house import ADMIN, House, house
from tests.config.test_errors import GOOD


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


@pytest.mark.parametrize(
    ("login", "name", "why"),
    [
        ("lan", "Nguyễn Thị Hoa", "đã có người dùng"),
        ("lan2", "nguyễn  thị LAN", "Đã có tài khoản mang họ tên này"),
        ("Lan", "Trần Văn Minh", "Tên đăng nhập gồm"),
        ("l", "Trần Văn Minh", "Tên đăng nhập gồm"),
        ("minh", " ", "Họ tên phải có"),
        ("minh", "Wall", "dùng cho chính nó"),
    ],
)
async def test_names_are_plain_and_nobody_elses(home: House, login: str, name: str, why: str) -> None:
    await home.make("lan", Role.OPERATOR, "Nguyễn Thị Lan")
    with pytest.raises(FinalError, match=why):
        await home.make(login, Role.LEADER, name)


async def test_a_name_that_was_shut_is_never_given_again(home: House) -> None:
    """Deeds of years stand under it, and whoever wrote must not come back as another to approve."""
    await home.make("lan", Role.OPERATOR, "Nguyễn Thị Lan")
    await home.accounts.office.set_active("lan", ADMIN, active=False)
    with pytest.raises(FinalError, match="mang họ tên này"):
        await home.make("lan2", Role.LEADER, "Nguyễn Thị Lan")


async def test_an_account_that_is_shut_is_out_at_once_and_comes_in_no_more(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    token = await home.enter("lan")
    await home.accounts.office.set_active("lan", ADMIN, active=False)
    assert await home.accounts.door.who(token) is None
    with pytest.raises(FinalError, match="Sai tên"):
        await home.enter("lan")
    await home.accounts.office.set_active("lan", ADMIN, active=True)
    assert await home.enter("lan")


async def test_another_role_counts_from_the_next_log_in(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    token = await home.enter("lan")
    await home.accounts.office.change("lan", Role.VIEWER, ("cho",), ADMIN)
    assert await home.accounts.door.who(token) is None
    seat = await home.seat(await home.enter("lan"))
    assert (seat.role, seat.cameras) == (Role.VIEWER, frozenset({"cho"}))


async def test_only_cameras_that_there_are_and_no_account_for_a_wall(home: House) -> None:
    with pytest.raises(FinalError, match="Không có camera: nha-ai"):
        await home.make("lan", Role.VIEWER, cameras=("cho", "nha-ai"))
    with pytest.raises(FinalError, match="mã thiết bị"):
        await home.make("lan", Role.WALL)


async def test_the_last_admin_stays(home: House) -> None:
    await home.make("minh", Role.ADMIN)
    with pytest.raises(FinalError, match="quản trị cuối cùng"):
        await home.accounts.office.set_active("minh", ADMIN, active=False)
    with pytest.raises(FinalError, match="quản trị cuối cùng"):
        await home.accounts.office.change("minh", Role.DUTY, None, ADMIN)
    await home.make("hoa", Role.ADMIN)
    await home.accounts.office.set_active("minh", ADMIN, active=False)


async def test_a_lost_phone_is_forgotten_with_its_paper_and_sessions(home: House) -> None:
    await home.make("an", Role.LEADER)
    token = await home.enter("an")
    await home.enrol(token)
    await home.accounts.office.reset("an", "code", ADMIN)
    assert await home.accounts.door.who(token) is None
    assert await home.ask("SELECT code_secret, recovery FROM account") == [(None, "[]")]


async def test_one_session_or_all_of_somebody_are_ended_and_nobody_elses(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    await home.make("hoa", Role.DUTY)
    first, second, other = await home.enter("lan"), await home.enter("lan"), await home.enter("hoa")
    office, door = home.accounts.office, home.accounts.door
    foreign = (await home.seat(other)).session
    assert (await office.end("lan", foreign, ADMIN))["ended"] == 0
    assert (await office.end("lan", (await home.seat(first)).session, ADMIN))["ended"] == 1
    assert (await office.end("lan", "", ADMIN))["ended"] == 1
    assert [await door.who(token) is None for token in (first, second, other)] == [True, True, False]


async def test_every_act_is_a_line_and_no_line_or_list_holds_a_secret(home: House) -> None:
    office = home.accounts.office
    given = await office.add(NewAccount("lan", "Nguyễn Thị Lan", Role.VIEWER, ("cho",)), ADMIN)
    again = await office.reset("lan", "password", ADMIN)
    await office.set_active("lan", ADMIN, active=False)
    deeds = await home.deeds()
    assert [(user, action) for user, _, action, _ in deeds] == [
        ("Quản trị Minh", "account.add"),
        ("Quản trị Minh", "account.reset"),
        ("Quản trị Minh", "account.shut"),
    ]
    assert deeds[0][3] == "lan = Nguyễn Thị Lan, người xem, camera: cho"
    shown = f"{deeds} {await office.list()}"
    assert given["password"] not in shown
    assert again["password"] not in shown
    assert "argon2" not in shown


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A settings file whose data lies in ``tmp_path``."""
    (tmp_path / "run").mkdir()
    file = tmp_path / "xa.toml"
    file.write_text(GOOD.replace("/tmp/x", str(tmp_path)))
    return file


def test_the_command_line_says_so_when_the_box_is_away(settings: Path) -> None:
    result = CliRunner().invoke(main, ["users", "list", "--config", str(settings)])
    assert result.exit_code == 1, result.output
    assert "Bộ điều khiển không chạy" in result.output


async def test_the_first_account_comes_from_the_command_line(home: House, settings: Path) -> None:
    accounts = home.accounts
    table = account_handlers(accounts.door, accounts.office)
    socket = settings.parent / "run" / "control.sock"
    running = asyncio.create_task(ControlServer(socket, table, frozenset({os.getuid()}), accounts.door).run())
    await asyncio.sleep(0.1)

    async def users(*words: str) -> str:
        with_file = [words[0], "--config", str(settings), *words[1:]]
        result = await asyncio.to_thread(CliRunner().invoke, main, ["users", *with_file])
        assert result.exit_code == 0, result.output
        return result.output

    said = await users("add", "--login", "minh", "--name", "Trần Văn Minh", "--role", "admin")
    password = said.split("Mật khẩu:")[1].split()[0]
    assert (await home.seat(await home.enter("minh", password))).stage is Stage.PASSWORD
    assert "minh" in await users("list")
    assert "quản trị · 1 phiên" in await users("list")
    assert "1 phiên" in await users("logout", "minh")
    anew = (await users("reset", "minh")).split("Mật khẩu:")[1].split()[0]
    assert await home.enter("minh", anew)
    await users("add", "--login", "hoa", "--name", "Lê Thị Hoa", "--role", "admin", "--camera", "cho")
    await users("disable", "minh")
    assert "ĐÃ KHOÁ" in await users("list")
    assert {user for user, *_ in await home.deeds() if user.startswith("molang users (")}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
