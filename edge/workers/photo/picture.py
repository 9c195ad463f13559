"""One picture: looked at, turned upright, made smaller, written anew. Nothing of the old file but its pixels is kept.

So the place where it was taken, the phone's number and the little picture inside (EXIF, XMP, comments) are gone.
"""

import hashlib
import io
import logging
from pathlib import Path

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from edge.kernel.disk import write_atomically
from edge.kernel.wire import Channel
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.photo import PhotoTaken, TakePhoto
from edge.workers.lifeline import answer_one

log = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
"""What a phone of 2025 takes; a file of a few kilobytes can claim a thousand times as many."""
LONGEST_SIDE = 1600
"""A wall of 1920 shows it beside other things; more only fills the disk."""
QUALITY = 80
NO_PICTURE = "Tệp này không phải ảnh JPEG, PNG hay WebP, hoặc ảnh bị hỏng."
TOO_LARGE = "Ảnh quá lớn."


async def serve(supervisor: Channel[TakePhoto, msgspec.Struct]) -> None:
    """Take one picture."""
    await answer_one(supervisor, answer)


def answer(job: TakePhoto) -> PhotoTaken | JobFailed:
    """The picture written to ``job.out``, or why it is none.

    Raises OSError when the disk does not take it: this process dies of it, and whoever asked may try again.
    """
    try:
        clean = _clean(job.source)
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError) as error:
        log.warning("a sent picture is none: %s", type(error).__name__)
        return JobFailed(NO_PICTURE)
    except (Image.DecompressionBombError, MemoryError):
        return JobFailed(TOO_LARGE)
    except OSError as error:  # Pillow says so of a torn file, too
        log.warning("a sent picture could not be read: %s", error.strerror or "torn file")
        return JobFailed(NO_PICTURE)
    return _write(clean, Path(job.out))


def _clean(source: str) -> Image.Image:
    with Image.open(source, formats=FORMATS) as sent:
        if sent.width * sent.height > MOST_PIXELS:
            raise Image.DecompressionBombError(f"{sent.width} x {sent.height}")
        sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(sent).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    return clean


def _write(picture: Image.Image, path: Path) -> PhotoTaken:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=QUALITY, progressive=True)
    data = made.getvalue()
    write_atomically(path, data)
    return PhotoTaken(hashlib.sha256(data).hexdigest(), len(data), picture.width, picture.height)
