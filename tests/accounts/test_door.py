"""Who comes in: passwords, codes, sessions, all checked where the pages cannot reach."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest

from edge.accounts.codes import PAPER_CODES, STEP_S
from edge.accounts.throttle import ACCOUNT, ADDRESS, MOST_GUESSERS, PAIR, Throttle, keys_of
from edge.core.account import MOST_SESSIONS, Caller, Stage, ThrottledError
from edge.core.errors import FinalError
from edge.core.policy.rights import Role
from tests.accounts.house import ADMIN, HERE, PASSWORD, House, house

NEW = "mua-he-2026-cau-ben"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def test_a_right_pair_gives_a_session_and_the_store_holds_neither_token_nor_password(
    home: House, tmp_path: Path
) -> None:
    await home.make("lan", Role.OPERATOR)
    token = await home.enter("lan")
    seat = await home.seat(token)
    assert (seat.name, seat.role, seat.stage) == ("Người lan", Role.OPERATOR, Stage.WHOLE)
    kept = everything_in(tmp_path)
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept


@pytest.mark.parametrize(("login", "told"), [("lan", "lan"), ("mat-khau-go-nham", "không có tài khoản này")])
async def test_a_wrong_pair_is_refused_in_the_same_words_and_what_is_no_account_is_written_nowhere(
    home: House, login: str, told: str
) -> None:
    await home.make("lan", Role.OPERATOR)
    with pytest.raises(FinalError, match="Sai tên đăng nhập hoặc mật khẩu"):
        await home.enter(login, "sai-mat-khau-nay")
    last = (await home.deeds())[-1]
    assert last[2] == "account.refused"
    assert last[3].startswith(told)
    assert login == "lan" or login not in str(last)


async def test_a_copy_of_the_database_opens_nothing_without_the_key(home: House, tmp_path: Path) -> None:
    await home.make("lan", Role.LEADER)
    await home.enrol(await home.enter("lan"))
    home.journal.close()
    async with house(tmp_path, b"another key of thirty-two bytes!") as thief:
        with pytest.raises(FinalError, match="Sai tên"):
            await thief.enter("lan")


async def test_a_leader_is_not_in_before_his_app_is_set_up_and_later_not_without_its_code(home: House) -> None:
    await home.make("an", Role.LEADER)
    token = await home.enter("an")
    assert (await home.seat(token)).stage is Stage.ENROL
    secret, _ = await home.enrol(token)
    assert (await home.seat(token)).stage is Stage.WHOLE
    later = await home.enter("an")
    assert (await home.seat(later)).stage is Stage.CODE
    session = (await home.seat(later)).session
    with pytest.raises(FinalError, match="Mã không đúng"):
        await home.accounts.door.give_code(session, "000000", HERE)
    code = pyotp.TOTP(secret).at(int(home.journal.clock.now().at_ms / 1000) + STEP_S)
    assert (await home.accounts.door.give_code(session, code, HERE))["stage"] == "whole"
    assert (await home.seat(later)).stage is Stage.WHOLE


async def test_a_code_counts_once_also_for_somebody_who_looked_over_the_shoulder(home: House) -> None:
    await home.make("an", Role.LEADER)
    secret, _ = await home.enrol(await home.enter("an"))
    code = pyotp.TOTP(secret).at(int(home.journal.clock.now().at_ms / 1000) + STEP_S)
    for expected in (True, False):
        session = (await home.seat(await home.enter("an"))).session
        if expected:
            await home.accounts.door.give_code(session, code, HERE)
        else:
            with pytest.raises(FinalError, match="đã dùng rồi"):
                await home.accounts.door.give_code(session, code, HERE)


async def test_a_code_on_paper_opens_once_in_any_spelling(home: House) -> None:
    await home.make("an", Role.LEADER)
    _, paper = await home.enrol(await home.enter("an"))
    assert len(set(paper)) == PAPER_CODES
    door, first = home.accounts.door, (await home.seat(await home.enter("an"))).session
    typed = paper[3].replace("-", " ").upper()
    assert (await door.give_code(first, typed, HERE))["stage"] == "whole"
    second = (await home.seat(await home.enter("an"))).session
    with pytest.raises(FinalError):
        await door.give_code(second, paper[3], HERE)
    assert (await door.me(first))["paper_left"] == PAPER_CODES - 1


async def test_an_operator_may_set_an_app_up_and_is_asked_for_it_from_then_on(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    await home.enrol(await home.enter("lan"))
    assert (await home.seat(await home.enter("lan"))).stage is Stage.CODE


async def test_a_first_password_must_be_changed_before_anything_else(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    first = (await home.accounts.office.reset("lan", "password", ADMIN))["password"]
    token = await home.enter("lan", first)
    seat = await home.seat(token)
    assert seat.stage is Stage.PASSWORD
    assert (await home.accounts.door.change_password(seat.session, first, NEW, HERE))["stage"] == "whole"
    assert (await home.seat(await home.enter("lan", NEW))).stage is Stage.WHOLE


@pytest.mark.parametrize("new", ["ngắn", "matkhau123456", "nguoi-lan-lan", "1234567890", "aaaaaaaaaaaa", PASSWORD])
async def test_a_password_that_is_easy_to_guess_is_not_taken(home: House, new: str) -> None:
    await home.make("lan", Role.OPERATOR)
    session = (await home.seat(await home.enter("lan"))).session
    with pytest.raises(FinalError):
        await home.accounts.door.change_password(session, PASSWORD, new, HERE)


async def test_a_changed_password_ends_every_other_session(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    here, elsewhere = await home.enter("lan"), await home.enter("lan")
    session = (await home.seat(here)).session
    with pytest.raises(FinalError, match="hiện tại không đúng"):
        await home.accounts.door.change_password(session, "không phải", NEW, HERE)
    await home.accounts.door.change_password(session, PASSWORD, NEW, HERE)
    assert await home.accounts.door.who(elsewhere) is None
    assert (await home.seat(here)).name == "Người lan"


async def test_a_session_ends_by_leaving_by_leaving_everywhere_and_by_its_time(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    door = home.accounts.door
    first, second, third = [await home.enter("lan") for _ in range(3)]
    await door.log_out((await home.seat(first)).session)
    assert await door.who(first) is None
    assert await door.who(second) is not None
    assert (await door.log_out((await home.seat(second)).session, everywhere=True))["ended"] == 2
    assert await door.who(third) is None
    late = await home.enter("lan")
    await home.ask("UPDATE session SET until_ms = 1")
    door.forget_seats()
    assert await door.who(late) is None


async def test_sessions_outlive_the_supervisor(home: House, tmp_path: Path) -> None:
    await home.make("lan", Role.OPERATOR)
    token = await home.enter("lan")
    home.journal.close()
    async with house(tmp_path) as again:
        assert (await again.seat(token)).name == "Người lan"


async def test_one_account_has_so_many_sessions_and_one_more_ends_the_oldest(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    tokens = [await home.enter("lan") for _ in range(MOST_SESSIONS + 1)]
    assert await home.accounts.door.who(tokens[0]) is None
    assert await home.accounts.door.who(tokens[1]) is not None


async def test_after_five_wrong_tries_not_even_the_right_password_is_looked_at(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    for _ in range(PAIR.tries):
        with pytest.raises(FinalError):
            await home.enter("lan", "sai-mat-khau-nay")
    with pytest.raises(ThrottledError, match="Hãy đợi"):
        await home.enter("lan")
    assert await home.enter("lan", caller=Caller("10.0.0.8", ""))  # its owner, at another desk
    refused = [deed for deed in await home.deeds() if deed[2] == "account.refused"]
    assert len(refused) == PAIR.tries


async def test_a_crowd_at_the_door_is_sent_away_and_nobody_else_waits_for_it(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    token = await home.enter("lan")
    tries = [asyncio.create_task(home.enter("lan", "sai", Caller(f"10.0.1.{n}", ""))) for n in range(24)]
    assert (await home.seat(token)).name == "Người lan"
    refused = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(error, FinalError | ThrottledError) for error in refused)
    assert any("nhiều người đăng nhập" in str(error) for error in refused)


def test_a_throttle_counts_by_account_by_address_and_by_both_and_opens_again() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    for number in range(ADDRESS.tries):
        throttle.failed(keys_of(f"ai-{number}", "10.0.0.1"))
    assert throttle.wait_s(keys_of("mới", "10.0.0.1")) == ADDRESS.within_s
    assert throttle.wait_s(keys_of("mới", "10.0.0.2")) == 0
    for number in range(ACCOUNT.tries):
        throttle.failed(keys_of("an", f"10.1.0.{number}"))
    assert throttle.wait_s(keys_of("an", "10.0.0.9")) == ACCOUNT.within_s
    now = ACCOUNT.within_s
    assert throttle.wait_s(keys_of("an", "10.0.0.9")) == 0
    for number in range(MOST_GUESSERS + 1):
        throttle.failed(keys_of(f"b-{number}", "10.0.0.3"))
    assert len(throttle._guessers) == MOST_GUESSERS
