"""A relay node of the bench: the product's own, with a wrong or an injected clock behind it.

`python -m hil.bench.voice_node --config node.toml [--off-ms MS --ppm PPM | --time FILE]`
"""

import asyncio
from pathlib import Path

import click

from edge.kernel.clock import Clock
from edge.kernel.log import start_logging
from edge.node.settings import load
from edge.node.start import run_relay
from hil.crystal import Crystal, InjectedTime


@click.command()
@click.option("--config", type=click.Path(path_type=Path), required=True)
@click.option("--off-ms", type=float, default=0.0, help="how far its wall clock is off")
@click.option("--ppm", type=float, default=0.0, help="how much too fast its crystal goes")
@click.option("--time", "injected", type=click.Path(path_type=Path), help="a file of injected time")
def main(config: Path, off_ms: float, ppm: float, injected: Path | None) -> None:
    """Run one node until it is stopped."""
    start_logging("node")
    raw: Clock = InjectedTime(injected) if injected else Crystal(off_ms, ppm)
    asyncio.run(run_relay(load(config), raw))


if __name__ == "__main__":
    main()
