"""A command of the bench: what it said, or why it failed."""

import subprocess
from collections.abc import Mapping

COMMAND_S = 60.0


class CommandFailedError(OSError):
    """A command of the bench failed; the text ends with its last words."""


def said(*command: str, deadline_s: float = COMMAND_S, env: Mapping[str, str] | None = None) -> str:
    """What it wrote; raises CommandFailedError with the end of what it complained of."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=deadline_s, check=False, env=env)
    except subprocess.TimeoutExpired as cause:
        raise CommandFailedError(f"{' '.join(command[:6])}: not done after {deadline_s:.0f} s") from cause
    if done.returncode:
        last = " | ".join((done.stderr or done.stdout).strip().splitlines()[-4:])
        raise CommandFailedError(f"{' '.join(command[:6])}: {done.returncode}: {last}")
    return done.stdout
