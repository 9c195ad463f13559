"""Codes pictures the way cheap cameras do: fixed key interval, no B-frames, no key frame at a change of scene."""

from collections.abc import Iterable
from pathlib import Path

import av

from hil.bench.films.description import Look
from hil.bench.films.planes import Planes

X264 = "rc-lookahead=0:mbtree=0:sync-lookahead=0:ref=1:threads=1"
"""No look into the future: a camera has none. One thread: films are made two at a time."""
QUALITY = 23


def encode(look: Look, pictures: Iterable[Planes], path: Path) -> None:
    """Write a film; it appears whole or not at all."""
    draft = path.with_suffix(".new.mp4")
    with av.open(str(draft), "w") as container:
        stream = container.add_stream("libx264", rate=look.fps, options=_options(look))
        stream.width, stream.height = look.size
        stream.pix_fmt, stream.gop_size = "yuv420p", look.gop_s * look.fps
        if look.rate == "cbr":
            stream.bit_rate = look.kbit_s * 1000
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture.stacked(), format="yuv420p")))
        container.mux(stream.encode(None))
    draft.replace(path)


def _options(look: Look) -> dict[str, str]:
    limit = f"{look.kbit_s}k"
    common = {"preset": "veryfast", "bf": "0", "sc_threshold": "0", "profile": "main", "x264-params": X264}
    limited = {"maxrate": limit, "bufsize": limit, "keyint_min": str(look.gop_s * look.fps)}
    return {**common, **limited, **({"crf": str(QUALITY)} if look.rate == "vbr" else {})}
