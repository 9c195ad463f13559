"""Opens a radio or the line-in, and gives its sound in blocks of 20 ms. Every wait has a deadline."""

import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import av
import numpy as np

from edge.core.errors import FinalError, TransientError
from edge.core.relay import RelaySource, SourceKind
from edge.workers.talk.sound import BLOCK, RATE_HZ, Block

OPEN_S, READ_S = 8.0, 3.0
LINE_READ_S = 2.0
_BLOCK_BYTES = BLOCK * 2


class SourceEndedError(FinalError):
    """A recording has an end; what was relayed was no live stream."""


def blocks_of(source: RelaySource) -> Iterator[Block]:
    """Sound until the source breaks off, which raises TransientError; SourceEndedError at the end of a recording."""
    return _line_in(source.where) if source.kind is SourceKind.LINE else _stream(source.where)


def _stream(address: str) -> Iterator[Block]:
    options = {"rtsp_transport": "tcp", "fflags": "nobuffer"} if address.startswith("rtsp") else {}
    try:
        with av.open(address, timeout=(OPEN_S, READ_S), options=options) as container:
            yield from _decoded(container)
            ends = container.duration is not None and container.duration > 0
    except (av.FFmpegError, OSError, IndexError, ValueError) as cause:  # ValueError: the station changed its format
        raise TransientError(f"Nguồn tiếp sóng không trả lời: {cause}.") from cause
    if ends:
        raise SourceEndedError("Nguồn tiếp sóng là một bản ghi và đã hết.")
    raise TransientError("Nguồn tiếp sóng ngắt kết nối.")


def _decoded(container: av.container.InputContainer) -> Iterator[Block]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ, frame_size=BLOCK)
    for frame in container.decode(audio=0):
        for part in resampler.resample(frame):
            block: Block = part.to_ndarray()[0]
            if len(block) == BLOCK:
                yield block


def _line_in(device: str) -> Iterator[Block]:
    program = shutil.which("arecord")
    if program is None:
        raise FinalError("Máy chưa có chương trình arecord (gói alsa-utils).")
    command = [program, "-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE_HZ), "-c", "1", "-D", device]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)  # noqa: S603 - a fixed program; the device's name was checked
    try:
        while True:
            yield _exactly(child, device)
    finally:
        child.kill()
        with suppress(subprocess.TimeoutExpired):
            child.wait(LINE_READ_S)


def _exactly(child: "subprocess.Popen[bytes]", device: str) -> Block:
    assert child.stdout is not None
    data = b""
    while len(data) < _BLOCK_BYTES:
        if not select.select([child.stdout], [], [], LINE_READ_S)[0]:
            raise TransientError(f"Cổng âm thanh vào {device} không có tiếng trong {LINE_READ_S:g} giây.")
        piece = child.stdout.read(_BLOCK_BYTES - len(data))
        if not piece:
            raise TransientError(f"Không thu được từ cổng âm thanh vào {device}.")
        data += piece
    return np.frombuffer(data, np.int16)
