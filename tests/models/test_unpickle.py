from __future__ import annotations

import contextlib
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import BadManifestError, RefusedCheckpointError, UnsupportedGraphError
from models.export.convert import convert
from models.export.unpickle import load_checkpoint
from tests.models.tiny_checkpoint import write_archive

STORAGE = b"ctorch\nHalfStorage\n"


def _tensor_program(size: int, offset: int, shape: bytes, strides: bytes, key: bytes = b"0") -> bytes:
    """{"t": _rebuild_tensor_v2(storage, offset, shape, strides)} in opcodes; shape and strides are given as such."""
    reference = b"(X\x07\x00\x00\x00storage" + STORAGE + b"X" + bytes([len(key)]) + b"\0\0\0" + key
    reference += b"X\x03\x00\x00\x00cpuM" + size.to_bytes(2, "little") + b"tQ"
    call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + reference + b"M" + offset.to_bytes(2, "little")
    return b"\x80\x02}X\x01\x00\x00\x00t" + call + shape + strides + b"\x89tRs."


class Attack:
    def __init__(self, *call: object) -> None:
        self._call = call

    def __reduce__(self) -> tuple[object, ...]:
        return self._call[0], self._call[1:]


def _refused(tmp_path: Path, program: bytes, storages: list[bytes] | None = None) -> str:
    path = write_archive(tmp_path / "bad.pt", program, storages or [])
    with pytest.raises(RefusedCheckpointError) as caught:
        load_checkpoint(path)
    return str(caught.value)


def test_os_system_is_refused_by_name_and_does_not_run(tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    program = pickle.dumps({"model": Attack(os.system, f"touch {witness}")}, protocol=2)
    assert "posix system" in _refused(tmp_path, program)
    assert not witness.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("call", [(eval, "1/0"), (getattr, "", "upper"), (open, "/etc/passwd"), (__import__, "os")])
def test_no_protocol_lets_a_builtin_in(tmp_path: Path, protocol: int, call: tuple[object, ...]) -> None:
    _refused(tmp_path, pickle.dumps({"model": Attack(*call)}, protocol=protocol))


@pytest.mark.parametrize(
    ("program", "named"),
    [
        (b"\x80\x02(S'x'\nios\nsystem\n.", "STRING"),
        (b"\x80\x02(ios\nsystem\n.", "INST"),
        (b"\x80\x02(cos\nsystem\nX\x01\x00\x00\x00xo.", "os system"),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "SHORT_BINUNICODE"),
        (b"\x80\x02\x82\x01.", "EXT1"),
        (b"\x80\x02c__builtin__\neval\n.", "__builtin__ eval"),
        (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2.__globals__\n.", "__globals__"),
        (b"\x80\x02ctorch\nload\n.", "torch load"),
        (b"\x80\x02}r\xff\xff\xff\x7f.", "2147483647"),
        (b"\x80\x02]Pwhat\n.", "PERSID"),
    ],
)
def test_what_is_not_admitted_is_named(tmp_path: Path, program: bytes, named: str) -> None:
    assert named in _refused(tmp_path, program)


@pytest.mark.parametrize(
    "program",
    [
        b"",
        b"\x80\x02",
        b"\x80\x02}",
        b"\x80\x02].",
        b"\x80\x02N.",
        b"\x80\x02}R.",
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n}b.",
        b"\x80\x02ctorch\nHalfStorage\n}b.",
        b"\x80\x02ctorch\nHalfStorage\n)R.",
        b"\x80\x02ctorch.nn.modules.conv\nConv2d\n}b.",
        b"\x80\x02ctorch.nn.modules.conv\nConv2d\n)\x81]b.",
        b"\x80\x02ctorch.nn.modules.conv\nConv2d\n(K\x01tR.",
        b"\x80\x02c__builtin__\nset\n}X\x03\x00\x00\x00addNsb.",
        b"\x80\x02NQ.",
        b"\x80\x02h\x07.",
    ],
)
def test_a_program_that_only_misuses_admitted_names_is_refused(tmp_path: Path, program: bytes) -> None:
    _refused(tmp_path, program)


def test_a_tensor_is_read_from_its_storage(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float16)
    program = _tensor_program(6, 2, b"K\x02K\x02\x86", b"K\x02K\x01\x86")
    read = load_checkpoint(write_archive(tmp_path / "good.pt", program, [values.tobytes()]))["t"]
    assert read.tolist() == [[2, 3], [4, 5]]
    assert not read.flags.writeable


@pytest.mark.parametrize(
    ("size", "offset", "shape", "strides", "key"),
    [
        (6, 3, b"K\x02K\x02\x86", b"K\x02K\x01\x86", b"0"),
        (6, 0, b"K\xff\x85", b"K\x00\x85", b"0"),
        (6, 0, b"K\x02\x85", b"J\xff\xff\xff\xff\x85", b"0"),
        (6, 0, b"J\xff\xff\xff\xff\x85", b"K\x01\x85", b"0"),
        (6, 0, b"K\x02K\x02\x86", b"K\x01\x85", b"0"),
        (5, 0, b"K\x01\x85", b"K\x01\x85", b"0"),
        (6, 0, b"K\x01\x85", b"K\x01\x85", b"9"),
        (6, 0, b"K\x01\x85", b"K\x01\x85", b"../data.pkl"),
    ],
    ids=["past the end", "repeated", "backwards", "negative", "ranks", "storage size", "no storage", "path"],
)
def test_a_tensor_outside_its_storage_is_refused(
    tmp_path: Path, size: int, offset: int, shape: bytes, strides: bytes, key: bytes
) -> None:
    _refused(tmp_path, _tensor_program(size, offset, shape, strides, key), [bytes(12)])


def test_a_compressed_archive_is_refused_because_it_may_be_a_bomb(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "bomb.pt", b"\x80\x02}.", [bytes(1 << 24)], zipfile.ZIP_DEFLATED)
    with pytest.raises(RefusedCheckpointError, match="bị nén"):
        load_checkpoint(path)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.pt"
    path.write_bytes(pickle.dumps({"model": 1}))
    with pytest.raises(RefusedCheckpointError, match="không phải tệp mô hình"):
        load_checkpoint(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_checkpoint_is_converted_or_refused_and_nothing_else(
    tiny_checkpoint: Path, data: st.DataObject
) -> None:
    with zipfile.ZipFile(tiny_checkpoint) as archive:
        program = bytearray(archive.read("tiny/data.pkl"))
        storages = [archive.read(name) for name in archive.namelist() if "/data/" in name]
    for _ in range(data.draw(st.integers(1, 4))):
        program[data.draw(st.integers(0, len(program) - 1))] = data.draw(st.integers(0, 255))
    path = write_archive(tiny_checkpoint.with_name("damaged.pt"), bytes(program), storages)
    with contextlib.suppress(RefusedCheckpointError, UnsupportedGraphError, BadManifestError):
        convert(path, path.with_suffix(".onnx"), 64)
