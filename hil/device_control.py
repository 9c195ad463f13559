"""Gives the simulated devices a command (see `hil.devices`)."""

from pathlib import Path

from hil.control_socket import tell


def tell_devices(folder: Path, line: str) -> str:
    """Their answer to one command; raises OSError when they do not run."""
    return tell(folder / "devices.sock", line)
