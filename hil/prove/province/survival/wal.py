"""A write-ahead log and what a power cut may leave of it.

What is on the disk for certain ends where SQLite's own index says that the last commit ends: it moves that mark after
the log was synced, and the store promises after that. Everything behind the mark may be lost, whole or in parts; not
a byte before it. Pages of the database that a checkpoint was writing may be half new, sector by sector: their newest
version lies in the log. Sources: sqlite.org/walformat.html, sqlite.org/fileformat2.html, section 4.
"""

import random
import struct
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES, FRAME_HEAD_BYTES = 32, 24
INDEX_HEAD_BYTES = 48
SECTOR_BYTES = 512
_SALT = slice(16, 24)
_INDEX_SALT = slice(32, 40)


@dataclass(frozen=True, slots=True)
class Copy:
    """The three files of a store at one instant, and the promises that had been given by then."""

    database: bytes
    wal: bytes
    index: bytes

    @property
    def salt(self) -> bytes:
        """Which generation of the log counts."""
        return self.index[_INDEX_SALT]

    @property
    def begun(self) -> bool:
        """Whether the log's own head is of that generation already."""
        return self.wal[_SALT] == self.salt

    @property
    def whole(self) -> bool:
        """Whether there is a log, and its index was not caught in mid-change."""
        head = self.index[:INDEX_HEAD_BYTES]
        return len(self.wal) > HEAD_BYTES and head == self.index[INDEX_HEAD_BYTES : 2 * INDEX_HEAD_BYTES]

    @property
    def page_bytes(self) -> int:
        """Bytes of a page."""
        return int(struct.unpack_from("=H", self.index, 14)[0])

    @property
    def frames(self) -> int:
        """How many frames are committed and synced."""
        return int(struct.unpack_from("=I", self.index, 16)[0])

    @property
    def durable_bytes(self) -> int:
        """Where the part of the log ends that no cut can take."""
        return HEAD_BYTES + self.frames * (FRAME_HEAD_BYTES + self.page_bytes)

    def newest_pages(self) -> dict[int, bytes]:
        """The last committed version of each page in the log, by its number (from 1)."""
        step = FRAME_HEAD_BYTES + self.page_bytes
        found = {}
        for start in range(HEAD_BYTES, self.durable_bytes, step):
            (number,) = struct.unpack_from(">I", self.wal, start)
            found[number] = self.wal[start + FRAME_HEAD_BYTES : start + step]
        return found


def copy_of(database: Path) -> Copy:
    """Read the files of a store whose writer is held."""
    return Copy(*(_read(database.with_name(database.name + end)) for end in ("", "-wal", "-shm")))


def follow(first: Copy, later: Copy) -> bool:
    """Whether the later copy shows what was written next to the same generation of the log."""
    return first.whole and later.whole and later.begun and first.salt == later.salt


def cut_off(first: Copy, later: Copy, chance: random.Random) -> bytes:
    """The log ends at any byte behind the mark."""
    return later.wal[: chance.randint(first.durable_bytes, max(first.durable_bytes, len(later.wal)))]


def some_sectors(first: Copy, later: Copy, chance: random.Random) -> bytes:
    """Behind the mark each sector is new, as it was before, or empty: they reach the disk in any order."""
    torn = bytearray(later.wal)
    for start in _sectors(first.durable_bytes, len(torn)):
        end = min(start - start % SECTOR_BYTES + SECTOR_BYTES, len(torn))
        old = first.wal[start:end].ljust(end - start, b"\0")
        torn[start:end] = chance.choice((torn[start:end], torn[start:end], torn[start:end], old, bytes(end - start)))
    return bytes(torn)


def garbage(first: Copy, later: Copy, chance: random.Random) -> bytes:
    """Behind the mark lies noise, as long as what should be there or longer."""
    return later.wal[: first.durable_bytes] + chance.randbytes(chance.randint(1, 3 * 4096))


def flipped(first: Copy, later: Copy, chance: random.Random) -> bytes:
    """Behind the mark all is there but for some bits."""
    torn = bytearray(later.wal)
    if len(torn) > first.durable_bytes:
        for _ in range(chance.randint(1, 8)):
            torn[chance.randrange(first.durable_bytes, len(torn))] ^= 1 << chance.randrange(8)
    return bytes(torn)


TEARS = (cut_off, some_sectors, garbage, flipped)


def half_checkpointed(copy: Copy, chance: random.Random) -> bytes:
    """The database as a cut leaves it in the middle of a checkpoint: of each page that is in the log, some sectors."""
    torn = bytearray(copy.database)
    for number, page in copy.newest_pages().items():
        start = (number - 1) * copy.page_bytes
        if start + copy.page_bytes > len(torn):
            torn.extend(bytes(start + copy.page_bytes - len(torn)))
        for at in range(0, copy.page_bytes, SECTOR_BYTES):
            if chance.random() < 0.5:
                torn[start + at : start + at + SECTOR_BYTES] = page[at : at + SECTOR_BYTES]
    return bytes(torn)


def _sectors(begin: int, end: int) -> list[int]:
    """Where each sector of this part begins; the first is shared with what is certain."""
    return [begin, *range(begin - begin % SECTOR_BYTES + SECTOR_BYTES, end, SECTOR_BYTES)] if end > begin else []


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
