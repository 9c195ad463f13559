"""The device's other end, for tests and for the simulated commune. It inherits every fault of the line."""

from __future__ import annotations

from collections.abc import Callable

from drivers.transport.fake_pty import FakePty

from . import codec


class FakeLineGauge(FakePty):
    """Tells what `level_m` returns."""

    def __init__(self, level_m: Callable[[], float]) -> None:
        super().__init__(self._on_question)
        self.level_m = level_m

    def _on_question(self, data: bytes) -> None:
        if data.endswith(codec.ASK):
            self.send(codec.level_line(self.level_m()))
