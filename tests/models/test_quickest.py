"""The engine that suits a processor, by what the processor says of itself."""

import pytest

from models.quickest import choose, quickest_detector
from models.registry import kinds


@pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16", "avx512_fp16"])
def test_openvino_where_it_is_there_and_the_processor_computes_in_half_width(flag: str) -> None:
    assert choose({"avx2", flag}, has_openvino=True) == "detect_openvino"
    assert choose({"avx2", flag}, has_openvino=False) == "detect_onnx"


@pytest.mark.parametrize("flags", [set(), {"avx2", "avx512f", "fma"}, {"asimdhp", "bf16"}])
def test_onnx_runtime_everywhere_else(flags: set[str]) -> None:
    assert choose(flags, has_openvino=True) == "detect_onnx"


def test_what_it_chooses_here_is_a_backend() -> None:
    assert quickest_detector() in kinds()
