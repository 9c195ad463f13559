"""What the proofs of issue 7 keep between runs, outside of the repository: a fresh Debian, its packages, bundles.

Everything here can be made again with a network and is made once; the machines themselves never have one.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from edge.kernel.statement import StatementKey
from hil.harness import ROOT, python
from hil.prove.field.words import said
from models.folders import default_cache_dir

FOLDER = Path(os.environ.get("MOLANG_STOCK", "/var/cache/molang-prove"))
SUITE, ARCH = "bookworm", "amd64"
FIRST, SECOND = "--foreign", "/debootstrap/debootstrap --second-stage"
"""The two halves of debootstrap: the second one runs on the processor of the new root, which may be an emulated one."""
FRESH = (
    *("systemd", "systemd-sysv", "dbus", "udev", "python3", "python3-apt", "openssh-server", "sudo"),
    *("iproute2", "procps", "kmod", "ca-certificates", "iputils-ping"),
)
"""What Debian's installer leaves with "SSH server" and nothing else, as far as a technician needs it."""
WANTED = (
    *("ca-certificates", "openssl", "procps", "python3-venv", "libatomic1", "python3-apt", "chrony", "fake-hwclock"),
    *("mosquitto", "nginx-light", "nftables", "alsa-utils", "espeak-ng", "openssh-client", "openssh-server"),
)
"""The packages of the roles of a box and of a node (docs/guide/provision.md)."""
NEWEST = ("ansible-core==2.19.14", "ansible-lint==26.10.1")
"""The newest of PyPI for Python 3.11; Debian's own Ansible is the other one that a technician may have."""
DEBOOTSTRAP_S, DOWNLOAD_S, BUNDLE_S = 1800.0, 900.0, 1800.0
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@molang.example", "-c", "commit.gpgsign=false")


def fresh_debian(arch: str = ARCH) -> Path:
    """A Debian 12 on which nothing of ours has ever been."""
    root = FOLDER / f"debian-{arch}-{_print_of(SUITE, *FRESH)}"
    if not root.is_dir():
        draft = root.with_name(f".{root.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        words = ("--variant=minbase", f"--arch={arch}", f"--include={','.join(FRESH)}", FIRST, SUITE, str(draft))
        said("debootstrap", *words, deadline_s=DEBOOTSTRAP_S)
        said("chroot", str(draft), *SECOND.split(), deadline_s=DEBOOTSTRAP_S)
        draft.rename(root)
    return root


def debian_packages(root: Path, arch: str = ARCH) -> Path:
    """``<folder>/<arch>/*.deb``: what that Debian still needs, fetched by this machine, which has a network."""
    folder = FOLDER / f"debs-{_print_of(root.name, *WANTED)}"
    if not folder.is_dir():
        draft = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        script = str(ROOT / "ansible" / "download_packages.sh")
        status = f"STATUS={root}/var/lib/dpkg/status"
        said("env", status, script, arch, str(draft), *WANTED, deadline_s=DOWNLOAD_S)
        draft.rename(folder)
    return folder


def newest_ansible() -> Path:
    """The folder of its programs: an environment of its own, which touches none of ours."""
    folder = FOLDER / f"ansible-{_print_of(*NEWEST)}"
    if not folder.is_dir():
        draft = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        said("/usr/bin/python3", "-m", "venv", str(draft))
        said(str(draft / "bin/python"), "-m", "pip", "install", "--quiet", *NEWEST, deadline_s=DOWNLOAD_S)
        for script in (draft / "bin").iterdir():
            if script.is_file() and not script.is_symlink():
                script.write_bytes(script.read_bytes().replace(str(draft).encode(), str(folder).encode()))
        draft.rename(folder)
    return folder / "bin"


def release_key() -> Path:
    """The key with which the bench signs its bundles; its public half lies beside it."""
    path = FOLDER / "khoa-ky.pem"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".pub").write_text(StatementKey.load_or_make(path).public_hex + "\n")
    return path


def bundle(changes: Mapping[str, tuple[str, str]] | None = None, arch: str = ARCH) -> Path:
    """A bundle of HEAD, or of HEAD with these changes (path → (old text, new text)) as a commit on top.

    ``molang bundle make`` itself makes it, from a clone: what is not committed is not part of a release.
    """
    head = said("git", "-C", str(ROOT), "rev-parse", "HEAD").strip()
    packages = debian_packages(fresh_debian(arch), arch)
    folder = FOLDER / f"bundle-{_print_of(head, packages.name, repr(changes))}"
    if folder.is_dir():
        return folder
    clone = folder.with_name(f"{folder.name}.source")
    shutil.rmtree(clone, ignore_errors=True)
    said("git", "clone", "-q", str(ROOT), str(clone))
    for path, (old, new) in (changes or {}).items():
        text = (clone / path).read_text("utf-8")
        assert old in text, f"{path} has no {old!r}"
        (clone / path).write_text(text.replace(old, new, 1), "utf-8")
    if changes:
        said(*GIT, "-C", str(clone), "commit", "-qam", "a release of the bench")
    try:
        words = ("--to", folder, "--key", release_key(), "--arch", arch, "--assets", default_cache_dir())
        environment = {**os.environ, "PYTHONPATH": str(clone), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
        said(*python("edge", "bundle", "make", *words, "--packages", packages), deadline_s=BUNDLE_S, env=environment)
    finally:
        shutil.rmtree(clone, ignore_errors=True)
    return folder


def _print_of(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
