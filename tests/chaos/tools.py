"""The system's own tools, which do to the machine what these tests need."""

import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from hil.loop_disk import run

__all__ = ["run", "run_or_skip", "skip_unless_root_with"]


def skip_unless_root_with(tools: Sequence[str]) -> None:
    """Skip, and say what is missing."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def run_or_skip(words: str, *more: str) -> str:
    """What the command says; skip with its complaint where this machine does not allow it, as in a container."""
    try:
        return run(words, *more)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{words} does not work here: {error.stderr.strip()}")
