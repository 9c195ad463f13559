"""``molang flood``: levels, replays, scores. Each subcommand is loaded when it is asked for."""

import importlib

import click

COMMANDS = {
    "levels": "edge.flood.levels_cli:levels",
    "replay": "edge.replay.cli:replay",
    "sample": "hil.known_river_cli:sample",
    "score": "edge.flood.score_cli:score",
    "train": "edge.flood.train_cli:train",
}
"""name -> module:attribute; a replay wires the services together, so it lives above them."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_Lazy)
def flood() -> None:
    """Nước: mức báo động, diễn lại một trận lũ."""
