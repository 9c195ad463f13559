from pathlib import Path

import pytest

from edge.kernel.watchdog import notify


def test_a_systemd_that_is_away_for_a_moment_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not notify("WATCHDOG=1")
