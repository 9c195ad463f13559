"""Which detectors there are: the box's own and the commune's."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import BadManifestError
from models.manifest import Kind, Manifest, own_manifest, own_names, shipped


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`faults` says of each of the commune's manifests that cannot be used why not."""

    detectors: tuple[Manifest, ...]
    faults: tuple[str, ...]


def catalogue() -> Catalogue:
    """Everything that is described on this machine, the box's detectors first; read now."""
    detectors = [one for one in shipped().values() if one.kind is Kind.DETECTOR]
    faults = []
    for name in own_names():
        try:
            detectors.append(own_manifest(name))
        except BadManifestError as error:
            faults.append(str(error))
    return Catalogue(tuple(detectors), tuple(faults))
