"""The forms in which networks answer. Standard library only: manifests name them."""

from __future__ import annotations

from enum import StrEnum


class Head(StrEnum):
    """What a network's output means.

    yolov8: (4 + labels) x places, centre and size in network pixels and a score per label (YOLOv8, 9, 11, 12).
    end2end: places x 6, corners, score and label, already chosen by the network itself (YOLO26, YOLOv10).
    yolox: places x (5 + labels), still relative to each cell of the strides 8, 16 and 32 (YOLOX).
    """

    YOLOV8 = "yolov8"
    END2END = "end2end"
    YOLOX = "yolox"
