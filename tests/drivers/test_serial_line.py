from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from drivers.base import TransientDriverError
from drivers.transport.fake_pty import FakePty, Fault
from drivers.transport.serial_line import LONGEST_INPUT, SerialLine


@pytest_asyncio.fixture
async def echo() -> AsyncIterator[FakePty]:
    fake = FakePty(lambda data: fake.send(data))
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def line(echo: FakePty) -> AsyncIterator[SerialLine]:
    serial_line = SerialLine(echo.path, 9600)
    yield serial_line
    await serial_line.close()


async def test_bytes_are_read_up_to_a_count_or_a_mark(line: SerialLine) -> None:
    async with line.exchange():
        await line.write(b"abcdef\r\nrest")
        assert await line.read_exactly(2, timeout_s=1) == b"ab"
        assert await line.read_until(b"zz", b"\r\n", timeout_s=1) == b"cdef\r\n"


async def test_silence_ends_at_the_deadline(line: SerialLine, echo: FakePty) -> None:
    echo.fault = Fault.SILENT
    started = asyncio.get_running_loop().time()
    async with line.exchange():
        await line.write(b"?")
        with pytest.raises(TransientDriverError, match="nothing within 0.1 s"):
            await line.read_exactly(1, timeout_s=0.1)
    assert asyncio.get_running_loop().time() - started < 0.5


async def test_a_late_answer_is_not_taken_for_the_next_one(line: SerialLine, echo: FakePty) -> None:
    echo.fault, echo.late_s = Fault.LATE, 0.1
    async with line.exchange():
        await line.write(b"old")
        with pytest.raises(TransientDriverError):
            await line.read_exactly(3, timeout_s=0.05)
    await asyncio.sleep(0.1)
    echo.fault = Fault.NONE
    async with line.exchange():
        await line.write(b"new")
        assert await line.read_exactly(3, timeout_s=1) == b"new"


async def test_half_an_answer_names_what_came(line: SerialLine, echo: FakePty) -> None:
    echo.fault = Fault.HALF
    async with line.exchange():
        await line.write(b"abcd")
        with pytest.raises(TransientDriverError, match="only 2 bytes"):
            await line.read_exactly(4, timeout_s=0.1)


async def test_pulling_the_cable_ends_a_wait_at_once(line: SerialLine, echo: FakePty) -> None:
    echo.fault = Fault.SILENT
    async with line.exchange():
        asyncio.get_running_loop().call_later(0.05, echo.unplug)
        with pytest.raises(TransientDriverError, match="unplugged"):
            await line.read_exactly(1, timeout_s=5)
        with pytest.raises(TransientDriverError, match="unplugged"):
            await line.write(b"anybody there?")


async def test_the_line_opens_again_after_it_was_plugged_in(line: SerialLine, echo: FakePty) -> None:
    async with line.exchange():
        echo.unplug()
    with pytest.raises(TransientDriverError, match="cannot be opened|unplugged"):
        async with line.exchange():
            await line.write(b"?")
    echo.plug_in()
    async with line.exchange():
        await line.write(b"back")
        assert await line.read_exactly(4, timeout_s=1) == b"back"
    assert line.opened_times == 2


async def test_a_second_program_cannot_open_the_same_line(line: SerialLine, echo: FakePty) -> None:
    other = SerialLine(echo.path, 9600)
    async with line.exchange():
        with pytest.raises(TransientDriverError, match="cannot be opened"):
            async with other.exchange():
                pass


async def test_two_exchanges_never_mix(line: SerialLine) -> None:
    async def ask(letter: bytes) -> bytes:
        async with line.exchange():
            await line.write(letter * 50)
            await asyncio.sleep(0.01)
            return await line.read_exactly(50, timeout_s=1)

    answers = await asyncio.gather(*(ask(letter) for letter in (b"a", b"b", b"c")))
    assert answers == [b"a" * 50, b"b" * 50, b"c" * 50]


async def test_chatter_that_nobody_reads_is_bounded(line: SerialLine, echo: FakePty) -> None:
    async with line.exchange():
        for _ in range(30):
            echo.send(b"x" * 1000)
            await asyncio.sleep(0.002)
        echo.send(b"end\n")
        assert len(await line.read_until(b"end\n", timeout_s=1)) <= LONGEST_INPUT
