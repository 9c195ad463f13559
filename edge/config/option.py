"""The option of every command that reads the settings of the box."""

from pathlib import Path

import click

USUAL_PATH = Path("/etc/molang/molang.toml")
CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=USUAL_PATH,
    show_default=True,
    help="Tệp cấu hình của hộp.",
)
"""Gives ``config_path: Path`` to its command."""
