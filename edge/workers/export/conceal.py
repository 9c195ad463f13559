"""One picture as it may leave the commune: masks black, people unrecognisable. It fails closed."""

import hashlib
from pathlib import Path

import cv2
import numpy as np

from edge.core.errors import FinalError
from edge.kernel.disk import write_atomically
from edge.kernel.wire.export import Conceal, ConcealDone
from edge.workers.export.blur import pixelate
from edge.workers.export.hiding import Hider, Pixels, open_people_detector

QUALITY_PCT = 80
MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000


def conceal(job: Conceal) -> ConcealDone:
    """Write the picture; raises FinalError when there is none, or none that can be read."""
    bgr = _read(Path(job.path))
    hider = Hider(open_people_detector(job.blur) if job.people else None, job.blur.masks)
    if job.people:
        for box in hider.boxes(bgr):
            pixelate(bgr, box)
    hider.black_out(bgr)
    done, jpeg = cv2.imencode(".jpg", bgr, (cv2.IMWRITE_JPEG_QUALITY, QUALITY_PCT))
    assert done, "JPEG takes every uint8 picture"
    data = bytes(jpeg)
    out = Path(job.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, data)
    blurred = ("people" if hider.finds_people else "all") if job.people else ""
    return ConcealDone(hashlib.sha256(data).hexdigest(), len(data), blurred)


def _read(path: Path) -> Pixels:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FinalError("Ảnh quá lớn.")
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except FileNotFoundError as cause:
        raise FinalError("Ảnh không còn.") from cause
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if bgr is None or bgr.shape[0] * bgr.shape[1] > MOST_PIXELS:
        raise FinalError("Tệp này không phải ảnh đọc được.")
    return np.asarray(bgr, np.uint8)
