"""Reads a torch zip checkpoint without torch, and without trusting it.

A pickle is a program. Three locks keep this one harmless, each enough on its own against the known attacks:
before anything runs, every opcode and every name in the stream is compared with what the official YOLOv8 detection
checkpoints hold; while it runs, the admitted names build tensors and plain records and nothing else; and sizes are
bounded by the archive's own, which holds its members uncompressed.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from models.errors import RefusedCheckpointError

Tensor = NDArray[Any]

MAX_ARCHIVE_BYTES: Final = 512 << 20
MAX_MEMBERS: Final = 10_000
MAX_PICKLE_BYTES: Final = 8 << 20
MAX_DIMENSIONS: Final = 8

_OPCODES: Final = frozenset(
    (
        *("PROTO", "STOP", "GLOBAL", "REDUCE", "NEWOBJ", "BUILD", "BINPERSID"),
        *("BINGET", "LONG_BINGET", "BINPUT", "LONG_BINPUT", "MARK"),
        *("NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "BINFLOAT", "BINUNICODE"),
        *("EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"),
        *("EMPTY_LIST", "APPEND", "APPENDS", "EMPTY_DICT", "SETITEM", "SETITEMS"),
    )
)


class Record:
    """A module of the checkpoint: its class name and its attributes, without behaviour."""

    __slots__ = ("fields",)
    kind: ClassVar[str] = ""
    fields: Mapping[str, Any]

    def __new__(cls) -> Record:  # noqa: D102 - pickle's NEWOBJ calls no __init__
        record = super().__new__(cls)
        record.fields = {}
        return record

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, dict):
            _refuse(f"{self.kind} có trạng thái lạ")
        self.fields = state

    def children(self) -> Mapping[str, Record]:
        """The modules inside this one, in their order."""
        modules = self.fields.get("_modules", {})
        return {name: module for name, module in modules.items() if isinstance(module, Record)}

    def tensor(self, name: str) -> Tensor | None:
        """The parameter or buffer of that name, or None where the module has none."""
        for group in ("_parameters", "_buffers"):
            value = self.fields.get(group, {}).get(name)
            if isinstance(value, np.ndarray):
                return value
        return None


class _Builder:
    """One admitted callable. It has no attribute that a pickle could replace."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., object]) -> None:
        self._make = make

    def __call__(self, *arguments: object) -> object:
        return self._make(*arguments)

    def __setstate__(self, state: object) -> None:
        _refuse("một hàm bị sửa trạng thái")


class _StorageType:
    """The element type of a storage; never called."""

    __slots__ = ("dtype",)

    def __init__(self, dtype: str) -> None:
        self.dtype = np.dtype(dtype)

    def __setstate__(self, state: object) -> None:
        _refuse("một kiểu dữ liệu bị sửa trạng thái")


def load_checkpoint(path: Path) -> Mapping[str, Any]:
    """The checkpoint's dictionary, its modules as Records and its tensors as read-only numpy arrays.

    Raises RefusedCheckpointError naming what was not admitted; then nothing of the pickle has been run.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _Archive(archive).load()
    except (OSError, zipfile.BadZipFile) as error:
        raise RefusedCheckpointError(f"{path.name} không phải tệp mô hình dạng zip của torch: {error}.") from error


class _Archive:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._storages: dict[str, Tensor] = {}
        _check_members(archive.infolist())
        self._root = _root_of(archive.namelist())

    def load(self) -> Mapping[str, Any]:
        program = self._archive.read(f"{self._root}data.pkl")
        scan(program)
        checkpoint = _run(program, self)
        if not isinstance(checkpoint, dict):
            _refuse("nội dung không phải bảng tên và giá trị")
        return checkpoint

    def storage(self, persistent_id: object) -> Tensor:
        """The flat array of one storage. `persistent_id` is ("storage", type, key, device, count) since torch 1.6."""
        match persistent_id:
            case ("storage", _StorageType(dtype=dtype), str(key), str(), int(count)) if key.isdecimal() and count >= 0:
                if key not in self._storages:
                    self._storages[key] = self._read(key, dtype, count)
                return self._storages[key]
            case _:
                return _refuse("tham chiếu bộ nhớ lạ")

    def _read(self, key: str, dtype: np.dtype[Any], count: int) -> Tensor:
        name = f"{self._root}data/{key}"
        if name not in self._archive.NameToInfo or self._archive.getinfo(name).file_size != count * dtype.itemsize:
            _refuse(f"bộ nhớ {key} thiếu hoặc sai kích thước")
        return np.frombuffer(self._archive.read(name), dtype)


def _check_members(members: Iterable[zipfile.ZipInfo]) -> None:
    known = list(members)
    if len(known) > MAX_MEMBERS or sum(member.file_size for member in known) > MAX_ARCHIVE_BYTES:
        _refuse("tệp lớn quá giới hạn")
    for member in known:
        if member.compress_type != zipfile.ZIP_STORED:
            _refuse(f"{member.filename} bị nén; torch không nén")
        if member.filename.endswith("data.pkl") and member.file_size > MAX_PICKLE_BYTES:
            _refuse(f"{member.filename} lớn hơn {MAX_PICKLE_BYTES} byte")


def _root_of(names: Iterable[str]) -> str:
    roots = [name.removesuffix("data.pkl") for name in names if name.endswith("data.pkl")]
    if len(roots) != 1:
        _refuse("không có đúng một data.pkl")
    return roots[0]


def scan(program: bytes) -> None:
    """Read the whole pickle without running it. Raises RefusedCheckpointError at the first thing not admitted."""
    try:
        for opcode, argument, _ in pickletools.genops(program):
            _check_opcode(opcode.name, argument, len(program))
    except (ValueError, UnicodeDecodeError) as error:
        raise RefusedCheckpointError(f"Tệp mô hình bị từ chối: chuỗi pickle hỏng ({error}).") from error


def _check_opcode(name: str, argument: object, length: int) -> None:
    if name not in _OPCODES:
        _refuse(f"lệnh pickle {name}" + (f" “{argument}”" if isinstance(argument, str) else ""))
    if name == "GLOBAL" and argument not in ADMITTED:
        _refuse(f"tên “{argument}”")
    # A memo slot costs eight bytes however sparse the numbering: a slot past the stream's end is an attack.
    if name == "LONG_BINPUT" and isinstance(argument, int) and argument > length:
        _refuse(f"ô nhớ số {argument}")


def _run(program: bytes, archive: _Archive) -> object:
    try:
        return _Unpickler(program, archive).load()
    except RefusedCheckpointError:
        raise
    except (
        pickle.UnpicklingError, EOFError, LookupError, AttributeError, TypeError, ValueError, OverflowError,
        RecursionError,
    ) as error:  # fmt: skip # the documented ways a damaged pickle fails: one line is easier to compare
        raise RefusedCheckpointError(f"Tệp mô hình bị từ chối: chuỗi pickle hỏng ({error}).") from error


class _Unpickler(pickle.Unpickler):  # noqa: S301 - this class is the restriction
    def __init__(self, program: bytes, archive: _Archive) -> None:
        super().__init__(io.BytesIO(program), fix_imports=False)
        self._archive = archive

    def find_class(self, module: str, name: str, /) -> Any:  # noqa: ANN401 - the signature of pickle.Unpickler
        admitted = ADMITTED.get(f"{module} {name}")
        return admitted if admitted is not None else _refuse(f"tên “{module} {name}”")

    def persistent_load(self, pid: object) -> Any:  # noqa: ANN401 - the signature of pickle.Unpickler
        return self._archive.storage(pid)


def _tensor(storage: object, offset: object, shape: object, strides: object, *_: object) -> Tensor:
    """torch._utils._rebuild_tensor_v2: a view of a storage, which here must lie inside it and not repeat it."""
    if not isinstance(storage, np.ndarray) or not isinstance(offset, int) or offset < 0:
        _refuse("tensor lạ")
    sizes, steps = _whole_numbers(shape), _whole_numbers(strides)
    if len(sizes) != len(steps) or len(sizes) > MAX_DIMENSIONS:
        _refuse(f"tensor có hình {sizes} và bước {steps}")
    last = offset + sum((size - 1) * step for size, step in zip(sizes, steps, strict=True))
    if 0 in sizes or last >= storage.size or int(np.prod(sizes, dtype=object)) > storage.size:
        _refuse(f"tensor {sizes} vượt ra ngoài bộ nhớ của nó")
    in_bytes = [step * storage.itemsize for step in steps]
    return np.lib.stride_tricks.as_strided(storage[offset:], sizes, in_bytes, writeable=False)


def _parameter(data: object, *_: object) -> Tensor:
    """torch._utils._rebuild_parameter: for reading, a parameter is its tensor."""
    return data if isinstance(data, np.ndarray) else _refuse("tham số không phải tensor")


def _size(numbers: object) -> tuple[int, ...]:
    return _whole_numbers(numbers)


def _whole_numbers(numbers: object) -> tuple[int, ...]:
    if not isinstance(numbers, tuple) or not all(isinstance(number, int) and number >= 0 for number in numbers):
        _refuse("kích thước không phải các số nguyên")
    return numbers


def _refuse(what: str) -> NoReturn:
    raise RefusedCheckpointError(f"Tệp mô hình bị từ chối: {what} không nằm trong danh sách được nhận.")


def _record(name: str) -> tuple[str, type[Record]]:
    return name, type(name.rsplit(" ", 1)[1], (Record,), {"kind": name.replace(" ", "."), "__slots__": ()})


# The 23 names of the official YOLOv8 detection checkpoints, and what stands for each.
ADMITTED: Final[Mapping[str, object]] = dict(
    (
        ("__builtin__ set", set),
        ("collections OrderedDict", OrderedDict),
        ("torch Size", _Builder(_size)),
        ("torch HalfStorage", _StorageType("<f2")),
        ("torch FloatStorage", _StorageType("<f4")),
        ("torch LongStorage", _StorageType("<i8")),
        ("torch._utils _rebuild_tensor_v2", _Builder(_tensor)),
        ("torch._utils _rebuild_parameter", _Builder(_parameter)),
        _record("torch.nn.modules.activation SiLU"),
        _record("torch.nn.modules.batchnorm BatchNorm2d"),
        _record("torch.nn.modules.container ModuleList"),
        _record("torch.nn.modules.container Sequential"),
        _record("torch.nn.modules.conv Conv2d"),
        _record("torch.nn.modules.pooling MaxPool2d"),
        _record("torch.nn.modules.upsampling Upsample"),
        _record("ultralytics.nn.modules.block Bottleneck"),
        _record("ultralytics.nn.modules.block C2f"),
        _record("ultralytics.nn.modules.block DFL"),
        _record("ultralytics.nn.modules.block SPPF"),
        _record("ultralytics.nn.modules.conv Concat"),
        _record("ultralytics.nn.modules.conv Conv"),
        _record("ultralytics.nn.modules.head Detect"),
        _record("ultralytics.nn.tasks DetectionModel"),
    )
)
