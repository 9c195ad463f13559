import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hil.harness import Harness, NotReadyError, Program

SLEEP = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")
STUBBORN = (sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)")


def until(true: Callable[[], bool], deadline_s: float = 10.0) -> bool:
    end = time.monotonic() + deadline_s
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_killed_program_comes_back_if_systemd_would_restart_it(tmp_path: Path) -> None:
    with Harness(tmp_path) as harness:
        harness.start(Program("a", SLEEP, restart=True))
        harness.start(Program("b", SLEEP))
        killed = {name: harness.kill(name) for name in ("a", "b")}
        assert until(lambda: harness.restarts("a") == 1 and harness.pid("a") is not None)
        assert harness.pid("a") not in (None, killed["a"])
        assert harness.pid("b") is None
        assert harness.restarts("b") == 0


def test_what_was_switched_off_stays_off_until_it_is_switched_on(tmp_path: Path) -> None:
    with Harness(tmp_path) as harness:
        harness.start(Program("a", SLEEP, restart=True))
        first = harness.pid("a")
        harness.end("a")
        time.sleep(0.5)  # the keeper would have started it again after 0.2 s
        assert harness.pid("a") is None
        harness.start_again("a")
        assert harness.pid("a") not in (None, first)
        harness.kill("a")
        assert until(lambda: harness.restarts("a") == 1)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with Harness(tmp_path) as harness:
        harness.start(Program("a", SLEEP, lambda: "up" in (tmp_path / "a.log").read_text()))
        harness.wait_ready("a")
        pid = harness.pid("a")
        assert pid is not None
    assert not alive(pid)
    harness.stop()


def test_a_program_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hil.harness.STOP_S", 0.3)
    with Harness(tmp_path) as harness:
        harness.start(Program("a", STUBBORN))
        time.sleep(0.3)
        pid = harness.pid("a")
        assert pid is not None
    assert not alive(pid)


def test_a_program_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    words = (sys.executable, "-c", "raise SystemExit('thiếu tệp')")
    with Harness(tmp_path) as harness:
        harness.start(Program("a", words, ready=lambda: False))
        with pytest.raises(NotReadyError, match="thiếu tệp"):
            harness.wait_ready("a")


def test_programs_end_when_the_harness_itself_is_killed(tmp_path: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from hil.harness import Harness, Program
with Harness(Path({str(tmp_path)!r})) as harness:
    harness.start(Program("a", {SLEEP!r}))
    print(harness.pid("a"), flush=True)
    time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    until(lambda: (tmp_path / "a.log").read_text() == "up\n")
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert until(lambda: not alive(pid), 5)
