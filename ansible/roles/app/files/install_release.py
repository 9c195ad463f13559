"""Releases of a machine without a gate, and the first one of any, with the code of `molang update`.

install_release.py BUNDLE [--exchange]   puts the bundle's release beside the others; the first of a machine becomes the
                                         current one, a later one only with --exchange
install_release.py --back                the release before is the current one again

Prints "changed" or "same".
"""

import sys
from pathlib import Path

from edge.core.errors import FinalError
from edge.release.bundle_cli import KEYS, architecture, opened
from edge.release.installing import install
from edge.release.places import STATE, Places, of_machine


def take(bundle: Path, places: Places, *, exchange: bool) -> bool:
    """Returns whether anything changed."""
    with opened(bundle, KEYS, STATE) as (folder, about):
        there = about.version in places.versions()
        install(folder, about, places, architecture())
    before = places.current()
    if before == about.version:  # a kill after the exchange may have left the units of the release before
        return places.put_units() or not there
    if before is not None and not exchange:
        return not there
    places.point("previous", before or about.version)
    places.run(about.version)
    for version in places.versions():
        if version not in (before, about.version):
            places.drop(version)
    return True


def back(places: Places) -> bool:
    """Exchange the current release and the one before."""
    now, before = places.current(), places.previous()
    if now is None or before is None or before == now or before not in places.versions():
        raise FinalError("There is no release before.")
    places.run(before)
    places.point("previous", now)
    return True


def main(words: list[str]) -> bool:
    """Do what the command line says."""
    places = of_machine()
    return back(places) if "--back" in words else take(Path(words[0]), places, exchange="--exchange" in words)


if __name__ == "__main__":
    print("changed" if main(sys.argv[1:]) else "same")  # noqa: T201 - for Ansible
