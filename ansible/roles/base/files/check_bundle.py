"""Before the program is there: is this bundle signed by a trusted key, and each file as it was signed.

check_bundle.py BUNDLE KEYS ARCH              every file; exit code 1 with a sentence when one is not
check_bundle.py BUNDLE KEYS ARCH PREFIX TO    copies the named files below PREFIX to TO, and judges the copies: what
                                              lies beside them, or is there a moment later, goes nowhere. Prints
                                              "changed" or "same".

Standard library and Debian's openssl only.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DER_HEAD = bytes.fromhex("302a300506032b6570032100")
"""An Ed25519 public key as openssl reads it is this and the 32 bytes (RFC 8410)."""


INDEX = "Packages"


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


def vouched(bundle: Path, keys: Path, arch: str) -> dict[str, str]:
    """Path -> sha256 of the files for this kind of machine; ends with a sentence when nobody vouches for them."""
    told = (bundle / "bundle.json").read_bytes()
    signature = bytes.fromhex((bundle / "bundle.sig").read_text().strip())
    known = [bytes.fromhex(path.read_text().strip()) for path in sorted(keys.glob("*.pub"))]
    if not any(signed(told, signature, key) for key in known):
        sys.exit(f"{bundle}: the signature is not of anybody in {keys}")
    files = {one["path"]: one["sha256"] for one in json.loads(told)["files"] if one["arch"] in ("all", arch)}
    for path in files:
        plain = (bundle / path).is_file() and not (bundle / path).is_symlink()
        if ".." in Path(path).parts or Path(path).is_absolute() or not plain:
            sys.exit(f"{path} is missing or no plain file")
    return files


def hash_of(path: Path) -> str:
    """Its sha256; empty when it is not there."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def judge(path: str, found: str, wanted: str) -> None:
    """Ends with a sentence unless they are the same."""
    if found != wanted:
        sys.exit(f"{path} was cut or changed: copy the bundle again")


def take(bundle: Path, files: dict[str, str], prefix: str, target: Path) -> bool:
    """Copy the files below the prefix, flat, so that nothing else is there; whether anything was another."""
    wanted = {
        Path(path).name: (path, sha) for path, sha in files.items() if path == prefix or path.startswith(f"{prefix}/")
    }
    target.mkdir(parents=True, exist_ok=True)
    changed = False
    for one in sorted(target.glob("*")):
        if one.name not in wanted and one.name != INDEX:
            one.unlink()
            changed = True
    for name, (path, sha) in wanted.items():
        if hash_of(target / name) != sha:
            draft = target / f".{name}.part"
            shutil.copyfile(bundle / path, draft)
            judge(path, hash_of(draft), sha)
            draft.replace(target / name)
            changed = True
    return changed


def main(bundle: Path, keys: Path, arch: str, *more: str) -> None:
    """Check the whole bundle, or take a part of it."""
    files = vouched(bundle, keys, arch)
    if more:
        prefix, target = more
        print("changed" if take(bundle, files, prefix, Path(target)) else "same")  # noqa: T201 - for Ansible
        return
    for path, sha in files.items():
        judge(path, hash_of(bundle / path), sha)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
