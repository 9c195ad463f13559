from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import (
    FinalDriverError,
    MisconfiguredDriverError,
    NewsPage,
    NewsPlay,
    NewsSource,
    TransientDriverError,
)
from drivers.devices.source_information_http import Settings, codec, driver, setup
from drivers.devices.source_information_http.driver import SourceInformationHttp
from drivers.devices.source_information_http.fake import TOKEN, FakeSource, example
from drivers.transport.fake_pty import Fault

FRAME = Path(codec.__file__).parent / "frames" / "page.json"
NOW_MS = 1_795_000_000_000
PLAY = NewsPlay("tin-1", "1-7", "dong", "loa-dong", "PLAYED", NOW_MS, 12.34)


@pytest_asyncio.fixture
async def source() -> AsyncIterator[FakeSource]:
    fake = FakeSource()
    await fake.start()
    yield fake
    await fake.close()


@pytest_asyncio.fixture
async def asked(source: FakeSource) -> AsyncIterator[SourceInformationHttp]:
    made = await setup(Settings(source.url, TOKEN, wait_s=0))
    yield made
    await made.close()


def test_the_page_of_the_reference_is_read() -> None:
    page = codec.page_of(FRAME.read_bytes())
    storm, audio = page.items
    assert (storm.id, storm.rank, storm.zones, page.cursor) == ("tinh-2026-118", "khan_cap", ("dong", "tay"), "119")
    assert storm.valid_until_ms - storm.valid_from_ms == 12 * 3_600_000
    assert (audio.text, audio.audio_url) == ("", "https://nguon.tinh.example/119.opus")


def test_pages_come_back() -> None:
    page = NewsPage((example(1, "thuong", "Lịch tiêm phòng.", NOW_MS),), "1")
    assert codec.page_of(codec.page_bytes(page)) == page


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"khan_cap"', b'"toi_khan"'),
        (b'"tinh-2026-118"', b'"../../x"'),
        (b"+07:00", b""),
        (b'"dong"', b'"D O N G"'),
        (b"https://nguon", b"http://nguon"),
        (b'"cursor":"119"', b'"cursor":""'),
        (b'"zones":["dong","tay"]', b'"zones":"dong"'),
    ],
)
def test_a_page_with_anything_out_of_bounds_is_refused(old: bytes, new: bytes) -> None:
    data = FRAME.read_bytes()
    assert old in data
    with pytest.raises(TransientDriverError):
        codec.page_of(data.replace(old, new))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_an_error(data: bytes) -> None:
    with pytest.raises(TransientDriverError):
        codec.page_of(data)


def test_an_endless_answer_is_refused() -> None:
    with pytest.raises(TransientDriverError, match="at most"):
        codec.page_of(b" " * (codec.MOST_BYTES + 1))


async def test_items_are_fetched_after_the_cursor(asked: SourceInformationHttp, source: FakeSource) -> None:
    assert isinstance(asked, NewsSource)
    source.put(example(1, "thuong", "Một.", NOW_MS))
    first = await asked.fetch("")
    source.put(example(2, "uu_tien", "Hai.", NOW_MS))
    second = await asked.fetch(first.cursor)
    assert [[item.text for item in page.items] for page in (first, second)] == [["Một."], ["Hai."]]
    assert (await asked.fetch(second.cursor)).items == ()


async def test_a_long_question_is_answered_as_soon_as_there_is_something(source: FakeSource) -> None:
    waiting = await setup(Settings(source.url, TOKEN, wait_s=10))
    began = time.monotonic()
    asyncio.get_running_loop().call_later(0.2, source.put, example(1, "khan_cap", "Bão.", NOW_MS))
    assert (await waiting.fetch("")).items[0].text == "Bão."
    assert time.monotonic() - began < 3
    await waiting.close()


async def test_plays_are_told(asked: SourceInformationHttp, source: FakeSource) -> None:
    await asked.report((PLAY,))
    assert source.plays == [
        {
            "item": "tin-1",
            "order": "1-7",
            "zone": "dong",
            "horn": "loa-dong",
            "outcome": "PLAYED",
            "began": "2026-11-18T11:06:40Z",
            "seconds": 12.3,
        }
    ]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_in_time_and_heals(
    asked: SourceInformationHttp, source: FakeSource, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PATIENCE_S", 0.4)
    source.put(example(1, "thuong", "Một.", NOW_MS))
    source.fault, source.late_s = fault, 1.0
    with pytest.raises(TransientDriverError):
        await asked.fetch("")
    source.fault = Fault.NONE
    assert len((await asked.fetch("")).items) == 1


async def test_a_source_that_is_gone_is_a_transient_error(source: FakeSource) -> None:
    gone = await setup(Settings("http://127.0.0.1:9", TOKEN, wait_s=0))
    with pytest.raises(TransientDriverError):
        await gone.fetch("")
    await gone.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, FinalDriverError), (404, FinalDriverError), (503, TransientDriverError), (302, TransientDriverError)],
)
async def test_a_refusal_is_final_and_a_busy_source_is_asked_again(
    asked: SourceInformationHttp, source: FakeSource, status: int, error: type[Exception]
) -> None:
    source.status = status
    with pytest.raises(error):
        await asked.fetch("")


async def test_a_wrong_token_is_final(source: FakeSource) -> None:
    thief = await setup(Settings(source.url, "khac", wait_s=0))
    with pytest.raises(FinalDriverError, match="401"):
        await thief.fetch("")
    await thief.close()


@pytest.mark.parametrize("url", ["http://nguon.tinh.example", "ftp://x", "nguon"])
async def test_a_token_travels_over_https_alone(url: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match="https"):
        await setup(Settings(url, TOKEN))
