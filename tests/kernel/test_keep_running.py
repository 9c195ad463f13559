import asyncio

import pytest

from edge.core.errors import MisconfiguredError, TransientError
from edge.kernel.bus import Bus
from edge.kernel.keep_running import describe, keep_running, run_apart


async def test_a_loop_that_fails_is_started_again_and_each_failure_is_told() -> None:
    runs = 0
    told: list[BaseException] = []

    async def body() -> None:
        nonlocal runs
        runs += 1
        raise TransientError(f"lần {runs}")

    async with asyncio.timeout(20):
        task = asyncio.create_task(keep_running("probe", body, longest_wait_s=0.01, failed=told.append))
        while runs < 5:
            await asyncio.sleep(0.01)
        task.cancel()
    assert [str(error) for error in told[:3]] == ["lần 1", "lần 2", "lần 3"]


async def test_a_failure_is_logged_once_until_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0

    async def body() -> None:
        nonlocal runs
        runs += 1
        raise TransientError("hỏng")

    task = asyncio.create_task(keep_running("probe", body, longest_wait_s=0.01))
    async with asyncio.timeout(20):
        while runs < 6:
            await asyncio.sleep(0.01)
    task.cancel()
    assert len([record for record in caplog.records if "probe stopped" in record.getMessage()]) == 1


async def test_a_wrong_setting_stops_the_loop() -> None:
    async def body() -> None:
        raise MisconfiguredError("dòng 3")

    with pytest.raises(MisconfiguredError, match="dòng 3"):
        await keep_running("probe", body)


async def test_a_body_that_swallows_its_cancellation_does_not_keep_the_loop_alive() -> None:
    begun = asyncio.Event()

    async def body() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return

    task = asyncio.create_task(keep_running("probe", body, longest_wait_s=0.01))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)


async def test_a_body_that_cancels_itself_is_started_again() -> None:
    runs = 0

    async def body() -> None:
        nonlocal runs
        runs += 1
        raise asyncio.CancelledError

    task = asyncio.create_task(keep_running("probe", body, longest_wait_s=0.01))
    async with asyncio.timeout(10):
        while runs < 3:
            await asyncio.sleep(0.01)
    task.cancel()


async def test_a_late_child_failure_does_not_end_the_loop_in_silence() -> None:
    runs = 0

    async def fail_late() -> None:
        await asyncio.sleep(0.01)
        raise TransientError("muộn")

    async def body() -> None:
        nonlocal runs
        runs += 1
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            group.create_task(fail_late())

    task = asyncio.create_task(keep_running("probe", body, longest_wait_s=0.01))
    async with asyncio.timeout(10):
        while runs < 5:
            await asyncio.sleep(0.01)
    task.cancel()


async def test_a_full_mailbox_drops_the_oldest_and_counts() -> None:
    bus = Bus()
    with bus.listen(int, size=2) as mailbox:
        for number in range(5):
            bus.publish(number)
        assert [await mailbox.get(), await mailbox.get()] == [3, 4]
        assert mailbox.dropped == 3


async def test_nobody_hears_after_the_mailbox_is_closed() -> None:
    bus = Bus()
    with bus.listen(int) as mailbox:
        pass
    bus.publish(1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await mailbox.get()


async def test_a_failure_apart_harms_nobody_beside_it(caplog: pytest.LogCaptureFixture) -> None:
    done = asyncio.Event()

    async def fails() -> None:
        raise ZeroDivisionError

    async def works() -> None:
        await asyncio.sleep(0.05)
        done.set()

    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        group.create_task(run_apart("broken", fails))
        group.create_task(run_apart("whole", works))
    assert done.is_set()
    assert "broken failed (ZeroDivisionError" in caplog.text


async def test_what_runs_apart_can_be_cancelled() -> None:
    task = asyncio.create_task(run_apart("sleeper", lambda: asyncio.sleep(60)))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(1):
            await task


async def test_a_body_that_answers_its_cancellation_with_an_error_does_not_keep_the_loop_alive() -> None:
    begun = asyncio.Event()

    async def body() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            raise TransientError("its goodbye failed")

    task = asyncio.create_task(keep_running("probe", body, longest_wait_s=0.01))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task], timeout=1)
    assert task.cancelled()


def test_what_people_read_of_a_fault_is_its_sentence_and_not_the_name_of_a_class() -> None:
    silent, broken = TransientError("Trạm Sông Minh không trả lời."), KeyError("level")
    assert describe(ExceptionGroup("both", [silent, broken])) == "Trạm Sông Minh không trả lời.; KeyError: 'level'"
    assert describe(TransientError()) == "TransientError: "
