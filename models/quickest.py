"""Which engine runs a detector quickest on this processor. Reads what the processor says of itself, loads no engine."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from typing import Final

QUICKEST: Final = "auto"
"""The name under which settings leave the choice to the machine."""
HALF_WIDTH: Final = frozenset({"avx512_bf16", "amx_bf16", "avx512_fp16"})
"""Processors that say one of these compute in half width, where OpenVINO takes some 0.6 of ONNX Runtime's time
(docs/guide/models.md). ARM's are not among them: nobody has measured one yet."""
_CPUINFO = Path("/proc/cpuinfo")


def quickest_detector() -> str:
    """The folder of models/backends that suits this machine."""
    return choose(_flags(), has_openvino=find_spec("openvino") is not None)


def choose(flags: Collection[str], *, has_openvino: bool) -> str:
    """OpenVINO, if it is installed, where it can compute in half width; ONNX Runtime everywhere else."""
    return "detect_openvino" if has_openvino and not HALF_WIDTH.isdisjoint(flags) else "detect_onnx"


def _flags() -> frozenset[str]:
    """What the first processor can; nothing where the kernel does not tell."""
    try:
        lines = _CPUINFO.read_text("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ()))
