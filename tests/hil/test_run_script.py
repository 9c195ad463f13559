import subprocess
from pathlib import Path

RUN = Path(__file__).parents[2] / "run"


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(RUN), *arguments], capture_output=True, text=True, timeout=30, check=False)


def test_without_an_argument_it_explains_itself_and_installs_nothing() -> None:
    done = run()
    assert done.returncode == 0
    for command in ("demo", "setup", "test", "check", "bench", "prove", "molang", "shots"):
        assert f"./run {command}" in done.stdout


def test_an_unknown_command_is_refused_before_anything_is_installed() -> None:
    done = run("dmeo")
    assert done.returncode == 1
    assert "dmeo" in done.stderr
