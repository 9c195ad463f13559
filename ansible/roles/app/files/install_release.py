"""install_release.py BUNDLE [--exchange]: put a bundle's release beside the others, with the code of `molang update`.

The first release of a machine becomes the current one; a later one only with --exchange. Prints "changed" or "same".
"""

import sys
from pathlib import Path

from edge.release.bundle_cli import KEYS, architecture, opened
from edge.release.installing import install
from edge.release.places import STATE, of_machine


def main(bundle: Path, *, exchange: bool) -> bool:
    """Returns whether anything changed."""
    places = of_machine()
    with opened(bundle, KEYS, STATE) as (folder, about):
        there = about.version in places.versions()
        if not there:
            install(folder, about, places, architecture())
    before = places.current()
    if before == about.version:  # a kill after the exchange may have left the units of the release before
        return places.put_units() or not there
    if before is not None and not exchange:
        return not there
    places.point("previous", before or about.version)
    places.run(about.version)
    return True


if __name__ == "__main__":
    print("changed" if main(Path(sys.argv[1]), exchange="--exchange" in sys.argv[2:]) else "same")  # noqa: T201 - for Ansible
