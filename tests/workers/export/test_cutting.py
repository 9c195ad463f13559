"""Any span comes out as one file that plays, also over gaps and torn ends."""

import hashlib
import random
import shutil
from pathlib import Path

import av
import pytest

from edge.core.errors import FinalError
from edge.kernel.wire.export import Cut, Heal, Piece
from edge.workers.export.boxes import whole_length
from edge.workers.export.cut import cut
from edge.workers.export.heal import heal
from tests.recording.films import FPS, GOP, frames_in, write_segment

BEGAN = 1_790_000_000_000
LENGTH_MS = 4000


def pieces(folder: Path, *began_ms: int, codec: str = "h264") -> tuple[Piece, ...]:
    for began in began_ms:
        write_segment(folder / f"recordings/cong/{began}.mp4", LENGTH_MS / 1000, codec=codec)
    (folder / "exports").mkdir(exist_ok=True)
    return tuple(Piece(f"recordings/cong/{began}.mp4", began) for began in began_ms)


def job(folder: Path, row: tuple[Piece, ...], since_ms: int, until_ms: int) -> Cut:
    return Cut(str(folder), row, BEGAN + since_ms, BEGAN + until_ms, "exports/e-1.mp4")


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_span_over_two_segments_is_one_film_from_the_key_frame_before(tmp_path: Path, codec: str) -> None:
    row = pieces(tmp_path, BEGAN, BEGAN + LENGTH_MS, codec=codec)
    done = cut(job(tmp_path, row, 2500, 6000))
    frames = frames_in(tmp_path / "exports/e-1.mp4")
    assert (done.since_ms, done.gaps, done.blurred) == (BEGAN + 2000, (), "")
    assert len(frames) == done.pictures
    late = done.pictures - 4 * FPS  # pictures that others before the end are made of
    assert late == 0 if codec == "h264" else 0 <= late <= 5
    times = [frame.time for frame in frames]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(3.9, abs=0.6)


def test_the_hash_is_that_of_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    done = cut(job(tmp_path, pieces(tmp_path, BEGAN), 0, LENGTH_MS))
    path = tmp_path / "exports/e-1.mp4"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == done.sha256
    assert path.stat().st_size == done.bytes
    assert list(path.parent.iterdir()) == [path]


def test_a_gap_is_closed_and_told(tmp_path: Path) -> None:
    row = pieces(tmp_path, BEGAN, BEGAN + 60_000)
    done = cut(job(tmp_path, row, 0, 100_000))
    frames = frames_in(tmp_path / "exports/e-1.mp4")
    ((since, until),) = done.gaps
    assert (since, until) == (BEGAN + 3900, BEGAN + 60_000)
    assert len(frames) == 8 * FPS
    assert frames[-1].time < 8.1


def test_a_clock_that_was_set_back_between_segments_harms_nothing(tmp_path: Path) -> None:
    row = pieces(tmp_path, BEGAN, BEGAN + 3000)
    done = cut(job(tmp_path, row, 0, 100_000))
    assert len(frames_in(tmp_path / "exports/e-1.mp4")) == done.pictures == 8 * FPS


def test_a_segment_that_retention_took_meanwhile_is_a_gap(tmp_path: Path) -> None:
    row = pieces(tmp_path, BEGAN, BEGAN + LENGTH_MS, BEGAN + 2 * LENGTH_MS)
    (tmp_path / row[1].path).unlink()
    assert len(cut(job(tmp_path, row, 0, 100_000)).gaps) == 1


def test_a_changed_picture_size_is_said_with_its_time(tmp_path: Path) -> None:
    row = pieces(tmp_path, BEGAN, BEGAN + LENGTH_MS)
    write_segment(tmp_path / row[1].path, 4, width=320, height=192)
    with pytest.raises(FinalError, match="Camera đổi .* lúc 21:13:24"):
        cut(job(tmp_path, row, 0, 100_000))
    assert not list((tmp_path / "exports").iterdir())


def test_where_nothing_is_there_that_is_said(tmp_path: Path) -> None:
    row = pieces(tmp_path, BEGAN)
    (tmp_path / row[0].path).write_bytes(b"nothing that plays")
    with pytest.raises(FinalError, match="Không đọc được"):
        cut(job(tmp_path, row, 0, 100_000))


def test_a_file_torn_anywhere_plays_up_to_its_last_whole_fragment(tmp_path: Path) -> None:
    (piece,) = pieces(tmp_path, BEGAN)
    whole = (tmp_path / piece.path).read_bytes()
    chance = random.Random(7)
    for offset in sorted(chance.randrange(1, len(whole)) for _ in range(200)):
        _tear(tmp_path, piece.path, whole, offset)


def _tear(folder: Path, name: str, whole: bytes, offset: int) -> None:
    torn = folder / name
    torn.write_bytes(whole[:offset])
    fragments = _fragments_before(whole, offset)
    if fragments:
        cut(job(folder, (Piece(name, BEGAN),), 0, 100_000))
        assert len(frames_in(folder / "exports/e-1.mp4")) == fragments * GOP, offset
    healed = heal(Heal(str(folder), (name,))).healed
    assert [one.ms for one in healed] == ([fragments * 1000] if fragments else []), offset
    if healed:
        assert torn.stat().st_size == healed[0].bytes == whole_length(torn)
        assert len(frames_in(torn)) == fragments * GOP


def _fragments_before(whole: bytes, offset: int) -> int:
    """Counted apart from the code: every mdat that ends before the tear."""
    ends, at = [], 0
    while at < len(whole):
        length = int.from_bytes(whole[at : at + 4], "big")
        if whole[at + 4 : at + 8] == b"mdat":
            ends.append(at + length)
        at += length
    return sum(end <= offset for end in ends)


def test_mending_leaves_a_sound_file_as_it_is(tmp_path: Path) -> None:
    (piece,) = pieces(tmp_path, BEGAN)
    path = tmp_path / piece.path
    shutil.copy(path, tmp_path / "copy.mp4")
    (healed,) = heal(Heal(str(tmp_path), (piece.path, "recordings/gone.mp4"))).healed
    assert (healed.ms, healed.codec, healed.width, healed.height) == (LENGTH_MS, "h264", 160, 96)
    assert path.read_bytes() == (tmp_path / "copy.mp4").read_bytes()


def test_sound_never_leaves_with_a_picture(tmp_path: Path) -> None:
    cut(job(tmp_path, pieces(tmp_path, BEGAN), 0, LENGTH_MS))
    with av.open(str(tmp_path / "exports/e-1.mp4")) as film:
        assert [stream.type for stream in film.streams] == ["video"]
