"""Before the program is there: is this bundle signed by a trusted key, and each file as it was signed.

check_bundle.py BUNDLE KEYS ARCH. Standard library and Debian's openssl only. Exit code 1 with a sentence otherwise.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

DER_HEAD = bytes.fromhex("302a300506032b6570032100")
"""An Ed25519 public key as openssl reads it is this and the 32 bytes (RFC 8410)."""


def signed(told: bytes, signature: bytes, key: bytes) -> bool:
    """Whether the holder of the key signed exactly these bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, data in (("told", told), ("sig", signature), ("key", DER_HEAD + key)):
            (folder / part).write_bytes(data)
        words: list[str | Path] = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-keyform",
            "DER",
            "-inkey",
            folder / "key",
            "-rawin",
        ]
        words += ["-in", folder / "told", "-sigfile", folder / "sig"]
        return subprocess.run(words, capture_output=True, timeout=60, check=False).returncode == 0  # noqa: S603 - ours


def wrong(bundle: Path, keys: Path, arch: str) -> str:
    """What is wrong with the bundle, in a sentence; empty when nothing is."""
    told = (bundle / "bundle.json").read_bytes()
    signature = bytes.fromhex((bundle / "bundle.sig").read_text().strip())
    known = [bytes.fromhex(path.read_text().strip()) for path in sorted(keys.glob("*.pub"))]
    if not any(signed(told, signature, key) for key in known):
        return f"{bundle}: the signature is not of anybody in {keys}"
    for one in json.loads(told)["files"]:
        path = bundle / one["path"]
        if one["arch"] not in ("all", arch):
            continue
        if ".." in Path(one["path"]).parts or path.is_symlink() or not path.is_file():
            return f"{one['path']} is missing or no plain file"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != one["sha256"]:
                return f"{one['path']} was cut or changed: copy the bundle again"
    return ""


if __name__ == "__main__":
    sys.exit(wrong(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]) or 0)
