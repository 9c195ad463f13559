"""The operator's table in the station: kept, audited, read with at once, and told by a recording."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest

from edge.broadcast.dictionary import Dictionary
from edge.control.protocol import RemoveAbbreviation, SetAbbreviation, TryAbbreviation
from edge.core.errors import FinalError
from edge.core.normalise_vi import VERSION, Accent
from edge.core.normalise_vi.own import TABLE_MAX
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal

LAN = {"user": "Lan", "role": "operator"}
Name = Literal["as_written", "any_case", "before_number"]


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    yield journal
    journal.close()


@pytest.fixture
async def dictionary(journal: Journal) -> Dictionary:
    dictionary = Dictionary(journal, Accent.NORTH)
    await dictionary.load()
    return dictionary


def _set(written: str, spoken: str, scope: Name = "as_written") -> SetAbbreviation:
    return SetAbbreviation(**LAN, written=written, spoken=spoken, scope=scope)


async def _deeds(journal: Journal) -> list[tuple[Any, ...]]:
    return await journal.record(lambda tx: tx.run("SELECT action, detail FROM audit ORDER BY seq").fetchall())


async def test_an_entry_is_read_with_at_once_and_after_a_restart(dictionary: Dictionary, journal: Journal) -> None:
    assert not dictionary.read("họp tại NHX").complete
    await dictionary.put(_set("NHX", "Nhà  họp xóm"))
    assert dictionary.read("họp tại NHX").spoken == "họp tại nhà họp xóm"
    again = Dictionary(journal, Accent.NORTH)
    await again.load()
    assert again.read("họp tại NHX").spoken == "họp tại nhà họp xóm"
    assert again.listed()["digest"] == dictionary.listed()["digest"] != ""


async def test_every_change_is_a_deed_with_the_words_before(dictionary: Dictionary, journal: Journal) -> None:
    await dictionary.put(_set("NHX", "nhà họp xóm"))
    await dictionary.put(_set("NHX", "nhà họp xóm"))
    await dictionary.put(_set("NHX", "nhà họp"))
    await dictionary.remove(RemoveAbbreviation(**LAN, written="NHX", scope="as_written"))
    assert await _deeds(journal) == [
        ("abbreviation.set", "NHX [as_written]: nhà họp xóm"),
        ("abbreviation.set", "NHX [as_written]: nhà họp (trước là nhà họp xóm)"),
        ("abbreviation.remove", "NHX [as_written]: nhà họp"),
    ]
    assert not dictionary.read("NHX").complete


async def test_what_cannot_be_used_is_refused_and_not_kept(dictionary: Dictionary, journal: Journal) -> None:
    with pytest.raises(FinalError, match="facebook"):
        await dictionary.put(_set("NHX", "nhà facebook"))
    with pytest.raises(FinalError, match="không có chữ tắt"):
        await dictionary.remove(RemoveAbbreviation(**LAN, written="NHX", scope="as_written"))
    assert dictionary.listed()["rows"] == []
    assert await _deeds(journal) == []


async def test_trying_keeps_nothing_and_tells_what_would_be_replaced(dictionary: Dictionary) -> None:
    wish = TryAbbreviation(**LAN, written="BĐ", spoken="bưu điện", scope="as_written", text="gửi BĐ xã")
    assert dictionary.tried(wish)["spoken"] == "gửi bưu điện xã"
    assert dictionary.tried(wish)["ours"] == "báo động"
    assert dictionary.read("gửi BĐ xã").spoken == "gửi báo động xã"


async def test_a_recording_tells_the_table_it_was_read_with(dictionary: Dictionary) -> None:
    spoken = dictionary.read("họp BĐ").spoken
    assert dictionary.version("họp BĐ", spoken) == VERSION
    await dictionary.put(_set("BĐ", "bưu điện"))
    assert dictionary.version("họp BĐ", spoken) == f"{VERSION}+older"
    assert dictionary.version("họp BĐ", "họp bưu điện") == f"{VERSION}+{dictionary.listed()['digest']}"


async def test_the_table_has_an_end(dictionary: Dictionary, journal: Journal) -> None:
    rows = [(f"N{first}{second}", "nhà") for first in map(chr, range(65, 91)) for second in map(chr, range(65, 91))]
    await journal.record(
        lambda tx: tx.connection.executemany(
            "INSERT INTO abbreviation VALUES (?, 'as_written', ?, 'Lan', 0)", rows[:TABLE_MAX]
        )
    )
    with pytest.raises(FinalError, match="không thêm được nữa"):
        await dictionary.put(_set("ZZZ", "nhà"))
    await dictionary.put(_set("NAA", "nhà máy"))
