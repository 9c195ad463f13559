"""Who comes in: passwords, codes, sessions, all checked where the pages cannot reach."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pyotp
import pytest

from edge.accounts.codes import PAPER_CODES, STEP_S
from edge.accounts.throttle import ACCOUNT, ADDRESS, CODES, MOST_GUESSERS, OWN, PAIR, Throttle, Try
from edge.core.account import MOST_SESSIONS, Caller, Stage, ThrottledError
from edge.core.errors import FinalError
from edge.core.news import SessionsOpen
from edge.core.policy.rights import Role
from edge.kernel.bus import Mailbox
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
        throttle.admit(Try(f"ai-{number}", "10.0.0.1"))
    with pytest.raises(ThrottledError, match="60 giây"):
        throttle.admit(Try("mới", "10.0.0.1"))
    assert throttle.admit(Try("mới", "10.0.0.2"))
    now = ADDRESS.within_s
    assert throttle.admit(Try("mới", "10.0.0.1"))
    for number in range(MOST_GUESSERS + 1):
        with contextlib.suppress(ThrottledError):
            throttle.admit(Try(f"b-{number}", f"10.1.{number // 250}.{number % 250}"))
    assert len(throttle._guessers) == MOST_GUESSERS


def flooded(throttle: Throttle, login: str = "an") -> None:
    """Somebody with many addresses guesses."""
    for number in range(ACCOUNT.tries):
        throttle.admit(Try(login, f"10.1.0.{number}"))


def test_a_flood_slows_the_account_down_for_strangers_and_shuts_nobody_out() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    flooded(throttle)
    assert throttle.admit(Try("an", "10.9.9.9")), "its owner at a desk where nobody tried"
    with pytest.raises(ThrottledError, match="20 giây"):
        throttle.admit(Try("an", "10.1.0.1"))
    now = 20.0
    assert throttle.admit(Try("an", "10.1.0.1"))
    with pytest.raises(ThrottledError):
        throttle.admit(Try("an", "10.1.0.2"))
    assert throttle.admit(Try("an", "10.1.0.3", "máy quen"))
    assert throttle.admit(Try("lan", "10.1.0.4")), "nobody else"
    now += ACCOUNT.within_s + 1
    for number in range(4):
        assert throttle.admit(Try("an", f"10.1.0.{number}")), "it is over"


def test_a_known_device_has_ten_tries_and_then_counts_like_anybody() -> None:
    throttle = Throttle(lambda: 0.0)
    flooded(throttle)
    for _ in range(OWN.tries):
        throttle.succeeded(throttle.admit(Try("an", "10.1.0.1", "máy quen")))
    for _ in range(OWN.tries):
        throttle.admit(Try("an", "10.1.0.1", "máy quen"))
    with pytest.raises(ThrottledError):
        throttle.admit(Try("an", "10.1.0.1", "máy quen"))


def test_codes_are_slower_than_passwords_and_no_address_has_a_first_one_free() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    flooded(throttle)
    for number in range(CODES.tries):
        assert throttle.admit(Try("an", f"10.2.0.{number}", codes=True)), "the flood of passwords does not count here"
    with pytest.raises(ThrottledError, match="60 giây"):
        throttle.admit(Try("an", "10.2.9.9", codes=True))
    assert throttle.admit(Try("an", "10.2.9.9", "máy quen", codes=True))


def test_many_tries_at_once_are_counted_before_they_are_looked_at() -> None:
    throttle = Throttle(lambda: 0.0)
    held = [throttle.admit(Try("an", "10.0.0.1")) for _ in range(PAIR.tries)]
    with pytest.raises(ThrottledError):
        throttle.admit(Try("an", "10.0.0.1"))
    throttle.spared(held[0])
    assert throttle.admit(Try("an", "10.0.0.1")), "one was sent away unread"


def test_a_guesser_with_a_whole_network_of_ipv6_is_one_address() -> None:
    throttle = Throttle(lambda: 0.0)
    for number in range(PAIR.tries):
        throttle.admit(Try("an", f"fd00:7::{number:x}"))
    with pytest.raises(ThrottledError):
        throttle.admit(Try("an", "fd00:7::ffff"))
    assert throttle.admit(Try("an", "fd00:8::1"))


OWN_DESK = Caller("10.0.0.7", "trình duyệt thử", "d" * 43)


async def test_nobody_can_lock_the_duty_officer_or_the_leader_out_by_guessing(home: House) -> None:
    await home.make("an", Role.LEADER)
    first = await home.enter("an", caller=OWN_DESK)
    session = (await home.seat(first)).session
    door = home.accounts.door
    secret = str((await door.begin_code(session, "", "", OWN_DESK))["secret"])
    paper = (await door.confirm_code(session, pyotp.TOTP(secret).now(), OWN_DESK))["paper"]
    for number in range(ACCOUNT.tries + 5):
        with contextlib.suppress(FinalError, ThrottledError):
            await home.enter("an", "sai-mat-khau-nay", Caller(f"10.1.0.{number % 25}", ""))
    with pytest.raises(ThrottledError):
        await home.enter("an", caller=Caller("10.1.0.1", ""))
    await door.change_password(session, PASSWORD, NEW, OWN_DESK)
    again = await home.enter("an", NEW, OWN_DESK)
    given = await door.give_code((await home.seat(again)).session, paper[0], OWN_DESK)
    assert given["stage"] == "whole"
    elsewhere = await home.enter("an", NEW, Caller("10.9.9.9", ""))
    given = await door.give_code((await home.seat(elsewhere)).session, paper[1], Caller("10.9.9.9", ""))
    assert given["stage"] == "whole", "and a new desk works too"


async def test_a_device_is_known_only_after_the_code_and_forgotten_when_all_sessions_end(home: House) -> None:
    await home.make("an", Role.LEADER)
    _, paper = await home.enrol(await home.enter("an"))
    known = "SELECT count(*) FROM known_device"
    token = await home.enter("an", caller=OWN_DESK)
    assert await home.ask(known) == [(0,)], "who has only the password is nobody yet"
    session = (await home.seat(token)).session
    await home.accounts.door.give_code(session, paper[0], OWN_DESK)
    assert await home.ask(known) == [(1,)]
    assert OWN_DESK.device not in str(await home.ask("SELECT * FROM known_device"))
    await home.accounts.door.log_out(session, everywhere=True)
    assert await home.ask(known) == [(0,)]


async def test_a_second_factor_is_replaced_only_with_the_password_and_a_code_that_counts(home: House) -> None:
    await home.make("an", Role.LEADER)
    token = await home.enter("an")
    _, paper = await home.enrol(token)
    door, session = home.accounts.door, (await home.seat(token)).session
    for password, code, why in (
        ("", "", "mật khẩu hiện tại"),
        ("không phải", paper[0], "hiện tại không đúng"),
        (PASSWORD, "", "Mã không đúng"),
        (PASSWORD, "000000", "Mã không đúng"),
    ):
        with pytest.raises(FinalError, match=why):
            await door.begin_code(session, password, code, HERE)
        with pytest.raises(FinalError, match="hết hạn"):
            await door.confirm_code(session, "123456", HERE)
    secret, new_paper = await home.enrol(token, code=paper[0])
    assert not set(paper) & set(new_paper)
    with pytest.raises(FinalError, match="Mã không đúng"):
        await door.begin_code(session, PASSWORD, paper[1], HERE)
    assert [deed[2] for deed in await home.deeds()].count("account.code_set") == 2


async def test_an_operator_sets_his_first_app_up_with_his_password(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    session = (await home.seat(await home.enter("lan"))).session
    with pytest.raises(FinalError, match="mật khẩu hiện tại"):
        await home.accounts.door.begin_code(session, "", "", HERE)
    begun = await home.accounts.door.begin_code(session, PASSWORD, "", HERE)
    assert (await home.accounts.door.begin_code(session, "", "", HERE)) == begun, "the same square once more"


async def test_whoever_has_only_the_password_pushes_no_session_out_that_gave_its_code(home: House) -> None:
    await home.make("an", Role.LEADER)
    token = await home.enter("an")
    await home.enrol(token)
    for number in range(MOST_SESSIONS + 3):
        await home.enter("an", caller=Caller(f"10.3.0.{number}", ""))
    assert (await home.seat(token)).stage is Stage.WHOLE


async def test_which_log_ins_hold_is_told_at_every_change(home: House) -> None:
    await home.make("lan", Role.OPERATOR)
    with home.bus.listen(SessionsOpen) as told:
        running = asyncio.create_task(home.accounts.run())
        try:
            token = await home.enter("lan")
            session = (await home.seat(token)).session
            await heard(told, lambda ids: session in ids)
            for end in (
                home.accounts.office.change("lan", Role.DUTY, ("cho",), ADMIN),
                home.accounts.office.set_active("lan", ADMIN, active=False),
                home.accounts.office.end("lan", "", ADMIN),
                home.accounts.office.reset("lan", "password", ADMIN),
            ):
                began = asyncio.get_running_loop().time()
                await end
                await heard(told, lambda ids: not ids)
                assert asyncio.get_running_loop().time() - began < 2
                await home.accounts.office.set_active("lan", ADMIN, active=True)
                await home.ask("INSERT INTO session SELECT 't', 's-9', id, 1, '', '', 0, 0, 4e12 FROM account")
                home.accounts.door.forget_seats()
                await heard(told, lambda ids: "s-9" in ids)
                await home.ask("DELETE FROM session WHERE id <> 's-9'")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def heard(told: Mailbox[SessionsOpen], true: Callable[[frozenset[str]], bool]) -> None:
    async with asyncio.timeout(4):
        while not true((await told.get()).ids):
            continue
