"""Pictures that people send: what is kept of a good one, and what becomes of the others."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.core.errors import TransientError
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.photo import FromPhoto, PhotoTaken, TakePhoto
from edge.workers.photo.picture import LONGEST_SIDE, answer


def jpeg(size: tuple[int, int] = (640, 480), **fields: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(file, "JPEG", **fields)
    return file.getvalue()


def with_gps() -> bytes:
    """As a phone writes it: where it was, which phone, a comment, and held upright (orientation 6)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[2] = (17.0, 12.0, 30.0)
    return jpeg(exif=exif, comment=b"SECRETNOTE")


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


def take(folder: Path, sent: bytes) -> PhotoTaken | JobFailed:
    (folder / "sent").write_bytes(sent)
    return answer(TakePhoto(str(folder / "sent"), str(folder / "photos" / "made.jpg")))


def test_place_phone_and_comment_are_gone_and_the_picture_stands_upright(tmp_path: Path) -> None:
    taken = take(tmp_path, with_gps())
    assert isinstance(taken, PhotoTaken)
    made = (tmp_path / "photos/made.jpg").read_bytes()
    assert b"SECRET" not in made
    assert b"Exif" not in made
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (480, 640)
        assert not picture.getexif()
    assert len(made) == taken.bytes


def test_a_large_picture_becomes_smaller(tmp_path: Path) -> None:
    taken = take(tmp_path, jpeg((4000, 3000)))
    assert isinstance(taken, PhotoTaken)
    assert (taken.width, taken.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_of_phones_become_jpeg(tmp_path: Path, form: str) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 200), (1, 2, 3, 4)).save(file, form)
    assert isinstance(take(tmp_path, file.getvalue()), PhotoTaken)
    assert (tmp_path / "photos/made.jpg").read_bytes().startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "sent",
    [
        png_that_claims(60_000, 60_000),
        png_that_claims(2**31 - 1, 2**31 - 1),
        jpeg()[:400],
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 100,
        b"%PDF-1.7",
        b"#!/bin/sh\nreboot\n",
        jpeg()[:-30] + b"<script>",
    ],
    ids=["bomb", "absurd bomb", "torn", "empty", "svg", "gif", "pdf", "script", "tail"],
)
def test_what_is_no_picture_is_refused_or_made_harmless(tmp_path: Path, sent: bytes) -> None:
    taken = take(tmp_path, sent)
    if isinstance(taken, PhotoTaken):
        assert b"<script>" not in (tmp_path / "photos/made.jpg").read_bytes()
        return
    assert taken.reason.endswith(".")
    assert not (tmp_path / "photos/made.jpg").exists()


async def test_the_child_does_one_picture_and_ends(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(with_gps())
    job = TakePhoto(str(tmp_path / "sent"), str(tmp_path / "made.jpg"))
    kind: Any = FromPhoto  # a union is a type to msgspec
    taken = await run_errand("edge.workers.photo", job, kind, 20.0)
    assert isinstance(taken, PhotoTaken)


async def test_a_disk_that_does_not_take_a_good_picture_is_no_fault_of_the_picture(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(with_gps())
    (tmp_path / "photos").write_text("a file where the folder should be")
    job = TakePhoto(str(tmp_path / "sent"), str(tmp_path / "photos" / "made.jpg"))
    kind: Any = FromPhoto  # a union is a type to msgspec
    with pytest.raises(TransientError):
        await run_errand("edge.workers.photo", job, kind, 20.0)
