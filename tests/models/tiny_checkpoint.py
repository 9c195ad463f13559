"""A YOLOv8 of three thousand weights, written as torch writes checkpoints, without torch.

The pickle is made by Python's own pickler from classes that pose under the published names; what the converter reads
is therefore the same stream of GLOBAL, NEWOBJ, BUILD, REDUCE and BINPERSID as in the official file.
"""

from __future__ import annotations

import io
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

LABELS = {0: "person", 1: "buffalo"}
BINS = 4


class Posed:
    """An object whose class poses as one of torch's or Ultralytics'."""

    def __init__(self, **attributes: object) -> None:
        self.__dict__.update(
            training=False, _parameters=OrderedDict(), _buffers=OrderedDict(), _modules=OrderedDict(), _hooks=set()
        )
        self.__dict__.update(attributes)


class Stored:
    """A tensor: pickled as torch does, a call of _rebuild_tensor_v2 on a storage kept beside the pickle."""

    def __init__(self, values: NDArray[np.float16]) -> None:
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        strides = tuple(step // self.values.itemsize for step in self.values.strides)
        return rebuild, (StorageOf(self.values), 0, self.values.shape, strides, False, OrderedDict())


class StorageOf:
    def __init__(self, values: NDArray[np.float16]) -> None:
        self.values = values


class TorchPickler(pickle._Pickler):  # the Python one: it looks names up in sys.modules
    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, protocol=2)
        self.storages: list[bytes] = []

    def persistent_id(self, obj: object) -> object:
        if not isinstance(obj, StorageOf):
            return None
        self.storages.append(obj.values.tobytes())
        half = sys.modules["torch"].HalfStorage
        return ("storage", half, str(len(self.storages) - 1), "cpu", obj.values.size)


NAMES = {
    "torch": ["HalfStorage"],
    "torch._utils": ["_rebuild_tensor_v2"],
    "torch.nn.modules.activation": ["SiLU"],
    "torch.nn.modules.batchnorm": ["BatchNorm2d"],
    "torch.nn.modules.container": ["ModuleList", "Sequential"],
    "torch.nn.modules.conv": ["Conv2d"],
    "torch.nn.modules.pooling": ["MaxPool2d"],
    "torch.nn.modules.upsampling": ["Upsample"],
    "ultralytics.nn.modules.block": ["Bottleneck", "C2f", "DFL", "SPPF"],
    "ultralytics.nn.modules.conv": ["Concat", "Conv"],
    "ultralytics.nn.modules.head": ["Detect"],
    "ultralytics.nn.tasks": ["DetectionModel"],
}


def posing() -> dict[str, types.ModuleType]:
    """Modules of the published names, each with posing classes, to be put into sys.modules while pickling."""
    parents = ("torch.nn", "torch.nn.modules", "ultralytics", "ultralytics.nn", "ultralytics.nn.modules")
    made = {name: types.ModuleType(name) for name in parents}
    for module_name, names in NAMES.items():
        module = types.ModuleType(module_name)
        for name in names:
            setattr(module, name, type(name, (Posed,), {"__module__": module_name, "__qualname__": name}))
        made[module_name] = module
    return made


class Network:
    """Builds the modules. `random` makes the same weights every time."""

    def __init__(self, modules: dict[str, types.ModuleType]) -> None:
        self._modules = modules
        self._random = np.random.default_rng(7)

    def make(self, name: str, children: dict[str, Any] | None = None, **attributes: object) -> Any:
        module = next(module for module, names in NAMES.items() if name in names)
        return getattr(self._modules[module], name)(_modules=OrderedDict(children or {}), **attributes)

    def weights(self, *shape: int) -> Stored:
        return Stored(self._random.normal(0, 0.3, shape).astype(np.float16))

    def conv2d(self, inside: int, outside: int, kernel: int, stride: int = 1, *, bias: bool = False) -> Any:
        parameters = {"weight": self.weights(outside, inside, kernel, kernel)}
        parameters["bias"] = self.weights(outside) if bias else None  # type: ignore[assignment] # as torch keeps it
        return self.make(
            "Conv2d",
            _parameters=OrderedDict(parameters),
            stride=(stride, stride),
            padding=(kernel // 2, kernel // 2),
            dilation=(1, 1),
            groups=1,
            transposed=False,
            padding_mode="zeros",
        )

    def conv(self, inside: int, outside: int, kernel: int = 1, stride: int = 1, **where: object) -> Any:
        norm = self.make(
            "BatchNorm2d",
            _parameters=OrderedDict(weight=self.weights(outside), bias=self.weights(outside)),
            _buffers=OrderedDict(running_mean=self.weights(outside), running_var=Stored(np.ones(outside, np.float16))),
            eps=0.001,
        )
        parts = {"conv": self.conv2d(inside, outside, kernel, stride), "bn": norm, "act": self.make("SiLU")}
        return self.make("Conv", parts, **where)

    def c2f(self, inside: int, outside: int, *, add: bool, **where: object) -> Any:
        half = outside // 2
        inner = self.make("Bottleneck", {"cv1": self.conv(half, half, 3), "cv2": self.conv(half, half, 3)}, add=add)
        parts = {"cv1": self.conv(inside, outside), "cv2": self.conv(3 * half, outside)}
        return self.make("C2f", {**parts, "m": self.make("ModuleList", {"0": inner})}, c=half, **where)

    def sppf(self, channels: int, **where: object) -> Any:
        pool = self.make("MaxPool2d", kernel_size=5, stride=1, padding=2, dilation=1, ceil_mode=False)
        parts = {"cv1": self.conv(channels, channels // 2), "cv2": self.conv(2 * channels, channels), "m": pool}
        return self.make("SPPF", parts, **where)

    def branch(self, inside: int, outside: int) -> Any:
        return self.make("Sequential", {"0": self.conv(inside, 8, 3), "1": self.conv2d(8, outside, 1, bias=True)})

    def detect(self, levels: int, channels: int, **where: object) -> Any:
        distances = np.arange(BINS, dtype=np.float16).reshape(1, BINS, 1, 1)
        bins = self.make("Conv2d", _parameters={"weight": Stored(distances)})
        boxes = {str(level): self.branch(channels, 4 * BINS) for level in range(levels)}
        scores = {str(level): self.branch(channels, len(LABELS)) for level in range(levels)}
        parts = {"cv2": self.make("ModuleList", boxes), "cv3": self.make("ModuleList", scores)}
        parts["dfl"] = self.make("DFL", {"conv": bins})
        stride = Stored(np.array([8, 16, 32], np.float16))
        return self.make("Detect", parts, nc=len(LABELS), reg_max=BINS, stride=stride, **where)

    def whole(self) -> Any:
        """Three levels, one way up and one skip: every kind of layer of the published network once."""
        layers = [
            self.conv(3, 8, 3, 2, f=-1),
            self.conv(8, 8, 3, 2, f=-1),
            self.conv(8, 8, 3, 2, f=-1),
            self.c2f(8, 8, add=True, f=-1),
            self.conv(8, 8, 3, 2, f=-1),
            self.conv(8, 8, 3, 2, f=-1),
            self.sppf(8, f=-1),
            self.make("Upsample", size=None, scale_factor=2.0, mode="nearest", f=-1),
            self.make("Concat", d=1, f=[-1, 4]),
            self.c2f(16, 8, add=False, f=-1),
            self.detect(3, 8, f=[3, 9, 6]),
        ]
        sequence = self.make("Sequential", {str(index): layer for index, layer in enumerate(layers)})
        return self.make("DetectionModel", {"model": sequence}, names=LABELS)


def write_tiny_checkpoint(path: Path) -> Path:
    modules = posing()
    stream = io.BytesIO()
    with mock.patch.dict(sys.modules, modules):  # somebody else's names, taken for a moment
        pickler = TorchPickler(stream)
        pickler.dump({"epoch": -1, "model": Network(modules).whole(), "ema": None})
    return write_archive(path, stream.getvalue(), pickler.storages)


def write_archive(path: Path, program: bytes, storages: list[bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("tiny/data.pkl", program)
        archive.writestr("tiny/byteorder", "little")
        for key, content in enumerate(storages):
            archive.writestr(f"tiny/data/{key}", content)
    return path
