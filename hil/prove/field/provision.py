"""A fresh Debian becomes a box from a stick, without a network; a second time nothing changes, and nothing would."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.core.errors import TransientError
from hil.harness import ROOT
from hil.links import Link
from hil.prove.field import machine, stock, wires
from hil.prove.field.cable import Cable
from hil.prove.field.laptop import STICK, Laptop, Played
from hil.prove.field.machine import Machine
from hil.prove.field.words import CommandFailedError, said

NAME = "mlp"


def provision() -> Link:
    """Issue 7: provisioned from the bundle with the network removed; again: nothing changes."""
    bundle = stock.bundle()
    folder = provisioned_folder(bundle)
    shutil.rmtree(folder.parent, ignore_errors=True)
    with Cable(NAME) as cable, fresh(folder, cable, bundle) as (box, laptop):
        boot_s = box.boot()
        try:
            plug_in(box, bundle)
            alone = _is_alone(box, cable)
            first, second = laptop.play("provision"), laptop.play("provision")
            third = laptop.play("provision", "--check", "--diff")
            player = str(stock.newest_ansible() / "ansible-playbook")
            newest = laptop.play("provision", "--check", "--diff", player=player)
            there, brought = _assets(box.root / "opt/molang/assets"), _assets(bundle / "assets")
            failed = box.said("systemctl", "--failed", "--no-legend", "--plain").split("\n")
        finally:
            box.halt()
    units_failed = " ".join(line.split()[0] for line in failed if line.strip())
    figures = {
        "bundle_mb": round(sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file()) / 1e6),
        "boot_fresh_s": round(boot_s, 1),
        "routes_out": 0 if alone else 1,
        "provision_s": round(first.took_s),
        "provision_ok": first.ok,
        "provision_changed": first.changed,
        "provision_failed": first.failed,
        "second_changed": second.changed,
        "second_failed": second.failed,
        "check_diff_changed": third.changed,
        "check_diff_failed": third.failed,
        "check_diff_differences": third.text.count("\n--- before"),
        "newest_check_ok": newest.ok,
        "newest_check_changed": newest.changed,
        "newest_check_failed": newest.failed,
        "assets_there": len(there),
        "assets_brought": len(brought),
        "failed_units": units_failed,
    }
    ok = alone and not units_failed and first.changed > 0 and not any(map(_bad, (first, second, third, newest)))
    ok = ok and there >= brought and bool(brought)
    ok = ok and second.changed == third.changed == newest.changed == 0 and "\n--- before" not in third.text
    if ok:
        (folder.parent / "done").touch()
    return Link("provision", ok, figures, _why(first, second, third, newest))


def provisioned_folder(bundle: Path) -> Path:
    """Where the disk of the box that came from this bundle is kept for the other lines."""
    return stock.FOLDER / f"box-{bundle.name}" / "top"


@contextmanager
def fresh(top: Path, cable: Cable, bundle: Path) -> Iterator[tuple[Machine, Laptop]]:
    """A machine on which only Debian is, its devices wired, and the laptop that may come in. Not started yet."""
    if why := machine.why_not():
        raise TransientError(why)
    laptop = Laptop(top.parent / "laptop", cable, stock.release_key().with_suffix(".pub").read_text().strip())
    laptop.folder.mkdir(parents=True, exist_ok=True)
    laptop.prepare()
    box = Machine([stock.fresh_debian()], top, cable.box_namespace, {bundle: False, ROOT: False})
    with box.opened() as root:
        laptop.let_in(root)
        wires.solder(root)
    try:
        yield box, laptop
    finally:
        box.cut()


def plug_in(box: Machine, bundle: Path) -> None:
    """The stick goes into the box."""
    box.said("mkdir", "-p", str(Path(STICK).parent))
    box.said("ln", "-sfn", str(bundle), STICK)


def _is_alone(box: Machine, cable: Cable) -> bool:
    """No way out of the box, and none of the names of the world has an address."""
    routes = [line for line in cable.routes_of_the_box() if not line.startswith(cable.network)]
    try:
        said(*box.inside("getent", "hosts", "debian.org"), deadline_s=30)
    except CommandFailedError:
        return not routes
    return False


def _assets(folder: Path) -> set[str]:
    """Models, pictures and scripts of the pages; detectors that a machine makes itself are no files of a bundle."""
    return {path.name for path in folder.glob("[!.]*") if path.is_file()} if folder.is_dir() else set()


def _bad(played: Played) -> bool:
    return bool(played.code or played.failed)


def _why(*plays: Played) -> str:
    told = []
    for number, played in enumerate(plays, 1):
        if _bad(played):
            told.append(f"{number}: failed: {', '.join(played.tasks('fatal'))}")
        elif number > 1 and played.changed:
            told.append(f"{number}: changed: {', '.join(played.tasks('changed'))}")
    return "; ".join(told)
