"""The name of a clip is the hash of its file: one way to compute it."""

import hashlib
from pathlib import Path

from edge.core.speech import Sha256


def sha256_of(path: Path) -> Sha256:
    """Hash of a whole file; raises OSError."""
    with path.open("rb") as file:
        return Sha256(hashlib.file_digest(file, "sha256").hexdigest())
