"""ONNX Runtime's own errors, which share no base below Exception."""

from __future__ import annotations

from typing import Final

from onnxruntime.capi import onnxruntime_pybind11_state as runtime_state

# What loading a file can end in.
LOAD_ERRORS: Final = (
    runtime_state.Fail,
    runtime_state.InvalidArgument,
    runtime_state.InvalidGraph,
    runtime_state.InvalidProtobuf,
    runtime_state.NoSuchFile,
    runtime_state.NotImplemented,
    runtime_state.RuntimeException,
    ValueError,
)

# What running a loaded network can end in.
RUN_ERRORS: Final = (runtime_state.Fail, runtime_state.InvalidArgument, runtime_state.RuntimeException, ValueError)
