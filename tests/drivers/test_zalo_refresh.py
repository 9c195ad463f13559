"""Single-use refresh tokens: what is lost, what is not, and how it is mended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from drivers.base import DriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.notifier_zalo.__main__ import put
from drivers.devices.notifier_zalo.fake import FakeZalo
from drivers.devices.notifier_zalo.refresh import Refresher
from drivers.devices.notifier_zalo.tokens import TokenFile
from drivers.secret_file import write_secret
from drivers.transport.fake_pty import Fault
from drivers.transport.uplink import Uplink

NOW_MS = 1_795_000_000_000


@pytest.fixture
def file(zalo: FakeZalo, tmp_path: Path) -> TokenFile:
    folder = tmp_path / "keys"
    folder.mkdir()
    made = TokenFile(folder / "zalo.json")
    put(made, zalo.grants.authorise())
    return made


class Clock:
    now_ms = NOW_MS
    steady = 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def started(
    zalo: FakeZalo, file: TokenFile, tmp_path: Path, clock: Clock
) -> AsyncIterator[Callable[[], Refresher]]:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(zalo.secret)
    uplink = Uplink()

    def start() -> Refresher:
        return Refresher(
            uplink,
            file,
            app_id=zalo.app_id,
            secret=secret,
            oauth_url=zalo.url,
            now_ms=lambda: clock.now_ms,
            steady=lambda: clock.steady,
        )

    yield start
    await uplink.close()


async def lose_an_answer(refresher: Refresher, zalo: FakeZalo) -> None:
    """The token server spends the token, and its answer never comes."""
    zalo.fault = Fault.HALF
    with pytest.raises(TransientDriverError):
        await refresher.refresh(refresher._tokens.read().access_token)
    zalo.fault = Fault.NONE


async def test_a_pair_is_on_the_disk_before_anybody_has_it(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    access = await started().access_token()
    assert file.read().access_token == access
    assert file.read().previous == zalo.grants.spent[-1]


async def test_half_of_its_life_before_the_end_a_token_is_replaced(
    started: Callable[[], Refresher], zalo: FakeZalo, clock: Clock
) -> None:
    refresher = started()
    first = await refresher.access_token()
    clock.now_ms += 44_000_000
    assert await refresher.access_token() == first
    clock.now_ms += 2_000_000
    assert await refresher.access_token() != first


async def test_after_a_lost_answer_the_old_access_token_goes_on_and_trouble_is_told_once(
    started: Callable[[], Refresher], zalo: FakeZalo, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    refresher = started()
    first = await refresher.access_token()
    clock.now_ms += 50_000_000
    await lose_an_answer(refresher, zalo)
    refresher = started()
    for _ in range(3):
        assert await refresher.access_token() == first
        clock.steady += 61
    assert "cấp quyền lại" in refresher.trouble
    assert sum("are not refreshed" in record.message for record in caplog.records) == 1
    clock.now_ms += 41_000_000
    with pytest.raises(MisconfiguredDriverError, match="Người quản trị OA phải cấp quyền lại"):
        await refresher.access_token()


async def test_a_refresh_token_that_was_refused_is_not_asked_with_again(
    started: Callable[[], Refresher], zalo: FakeZalo
) -> None:
    refresher = started()
    await refresher.access_token()
    zalo.grants.live.clear()
    asked: list[str] = []
    zalo.at = asked.append
    for _ in range(3):
        with pytest.raises(MisconfiguredDriverError):
            await refresher.refresh(refresher._tokens.read().access_token)
    assert len(asked) == 2  # the current one and the one before, once each


async def test_a_new_authorisation_heals_without_a_restart(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    refresher = started()
    await lose_an_answer(refresher, zalo)
    with pytest.raises(MisconfiguredDriverError):
        await refresher.access_token()
    put(file, zalo.grants.authorise())
    assert zalo.grants.opens(await refresher.access_token())
    assert refresher.trouble == ""


async def test_a_spare_authorisation_takes_over_when_an_answer_was_lost(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    put(file, zalo.grants.authorise(), spare=True)
    await lose_an_answer(started(), zalo)
    assert zalo.grants.opens(await started().access_token())
    assert file.read().spare == ""
    assert file.read().refresh_token in zalo.grants.live


async def test_a_server_that_forgot_the_last_exchange_is_served_with_the_token_before(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    refresher = started()
    access = await refresher.access_token()
    zalo.grants.live = set(zalo.grants.spent)  # restored from a backup
    assert zalo.grants.opens(await refresher.refresh(access))


async def test_a_full_disk_spends_no_token(started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile) -> None:
    draft = file.path.with_name(".zalo.json.new")
    draft.mkdir()  # stands for a disk that takes no file
    with pytest.raises(TransientDriverError, match="Không ghi được"):
        await started().access_token()
    assert zalo.grants.spent == []
    draft.rmdir()
    assert zalo.grants.opens(await started().access_token())


async def test_a_disk_that_fails_after_the_answer_gets_the_pair_later_and_nobody_before_it(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    refresher = started()
    draft = file.path.with_name(".zalo.json.new")
    zalo.at = lambda step: draft.mkdir() if step == "refresh_spent" else None
    with pytest.raises(TransientDriverError, match="Không ghi được"):
        await refresher.access_token()
    draft.rmdir()
    access = await refresher.access_token()
    assert file.read().access_token == access
    assert len(zalo.grants.spent) == 1


async def test_what_the_disk_did_not_take_is_written_at_the_end(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    refresher = started()
    draft = file.path.with_name(".zalo.json.new")
    zalo.at = lambda step: draft.mkdir() if step == "refresh_spent" else None
    with pytest.raises(TransientDriverError):
        await refresher.access_token()
    draft.rmdir()
    await refresher.close()
    assert file.read().refresh_token in zalo.grants.live


async def test_a_pair_that_a_crash_left_beside_the_file_is_used(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    access = await started().access_token()
    newer = file.path.read_bytes()
    put(file, zalo.grants.spent[0])  # as it was before
    write_secret(file.path.with_name(".zalo.json.new"), newer)
    assert await started().access_token() == access
    assert file.path.read_bytes() == newer


async def test_half_a_pair_beside_the_file_is_not(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    before = file.path.read_bytes()
    file.path.with_name(".zalo.json.new").write_bytes(before[: len(before) // 2])
    assert zalo.grants.opens(await started().access_token())


async def test_two_processes_never_spend_one_token(
    started: Callable[[], Refresher], zalo: FakeZalo, file: TokenFile
) -> None:
    with file.locked(), pytest.raises(TransientDriverError, match="another process"):
        await started().access_token()
    assert zalo.grants.spent == []
    first, second = started(), started()
    stale = file.read().access_token
    assert await first.refresh(stale) == await second.refresh(stale)
    assert len(zalo.grants.spent) == 1


async def test_a_wrong_application_key_spends_nothing_and_is_told(
    started: Callable[[], Refresher], zalo: FakeZalo
) -> None:
    zalo.secret = "khac"
    with pytest.raises(DriverError, match="Wrong app or secret"):
        await started().access_token()
    assert zalo.grants.spent == []


def test_a_file_that_is_no_token_file_asks_for_authorisation_and_is_replaced_by_it(file: TokenFile) -> None:
    file.path.write_text("{}")
    with pytest.raises(MisconfiguredDriverError, match="cấp quyền lại"):
        file.read()
    put(file, "moi")
    assert file.read().refresh_token == "moi"
