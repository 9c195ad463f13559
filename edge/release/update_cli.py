"""``molang update``: a newer release from a bundle, watched until it has proven itself, with a way back."""

import datetime as dt
import os
from pathlib import Path

import click
from rich.console import Console

from edge.config import load
from edge.config.folders import control_socket, data_of
from edge.config.option import CONFIG
from edge.core.errors import FinalError, MolangError, TransientError
from edge.core.policy.updating import why_not
from edge.kernel.release_state import Done
from edge.release.bundle import About
from edge.release.bundle_cli import KEYS, architecture, opened
from edge.release.changing import Change
from edge.release.host import SystemdHost, state_of
from edge.release.installing import install, origin_of
from edge.release.places import ROOT, STATE, Places, of_machine
from edge.release.settled import accepts
from edge.release.trial import watch

_OUTCOMES = {"kept": "đã giữ", "went_back": "đã quay về bản cũ"}
_ROOT = click.option("--root", type=click.Path(path_type=Path, file_okay=False), default=ROOT, show_default=True)
_STATE = click.option("--state", type=click.Path(path_type=Path, file_okay=False), default=STATE, show_default=True)
_KEYS = click.option("--keys", type=click.Path(path_type=Path, file_okay=False), default=KEYS, show_default=True)


@click.group()
def update() -> None:
    """Lên bản mới từ bộ cài; bản mới không khỏe thì hộp tự quay về bản cũ."""


@update.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True))
@CONFIG
@_ROOT
@_STATE
@_KEYS
@click.option("--only-install", is_flag=True, help="Chỉ chép vào máy, chưa đổi.")
@click.option("--older", is_flag=True, help="Cả khi bộ cài cũ hơn bản đang chạy.")
@click.option("--even-if-silent", is_flag=True, help="Cả khi bộ điều khiển không trả lời.")
def apply(
    bundle: Path,
    config_path: Path,
    root: Path,
    state: Path,
    keys: Path,
    *,
    only_install: bool,
    older: bool,
    even_if_silent: bool,
) -> None:
    """Cài bản mới từ BUNDLE rồi đổi sang nó; bộ canh sức khỏe (molang-gate) lo phần còn lại."""
    places = of_machine(root, state)
    config = load(config_path)
    console = Console(stderr=True)
    with opened(bundle, keys, state) as (folder, about), console.status("kiểm tra bộ cài") as status:
        if places.current() == about.version:
            click.echo(f"Bản {about.version} đang chạy rồi.")
            return
        if not older:
            refuse_older(about, places)
        release = install(folder, about, places, architecture(), status.update)
        accepts(release, config_path, folder / "assets")
    click.echo(f"Bản {about.version} đã nằm trong máy.")
    if only_install:
        return
    _refuse_when_busy(control_socket(config.commune.data), even_if_silent=even_if_silent)
    change = Change(places, Path(config.commune.data))
    if places.current() is None:
        places.run(about.version)
        click.echo(f"Bản đầu tiên {about.version} đã sẵn sàng: systemctl start molang.target")
        return
    with change.alone():
        change.begin(about.version)
    click.echo(f"Đã đổi sang bản {about.version}. Theo dõi: molang update status")


@update.command()
@CONFIG
@_ROOT
@_STATE
def gate(config_path: Path, root: Path, state: Path) -> None:
    """Canh bản mới cho tới khi nó khỏe hẳn hoặc quay về bản cũ (molang-gate.service gọi)."""
    data = data_of(config_path)
    change = Change(of_machine(root, state), data)
    with change.alone():
        done = watch(change, SystemdHost(control_socket(data)), click.echo)
    if done is None:
        click.echo("Không có bản nào đang thử.")
        return
    click.echo(_said(done))
    if done.outcome == "went_back":
        raise SystemExit(1)  # the unit fails, and its OnFailure= makes an incident of that


@update.command()
@_ROOT
@_STATE
def status(root: Path, state: Path) -> None:
    """Bản nào đang chạy, bản nào đang thử, những lần trước ra sao."""
    change = Change(of_machine(root, state))
    places, pending = change.places, change.pending()
    click.echo(f"Đang chạy: {places.current() or 'chưa có'}; bản trước: {places.previous() or 'không'}.")
    if pending is not None:
        click.echo(f"Đang thử bản {pending.new} (lần {max(1, pending.tries)}); không khỏe thì về bản {pending.old}.")
    for done in change.history()[-5:]:
        click.echo(f"  {_said(done)}")


@update.command()
@CONFIG
@_ROOT
@_STATE
def rollback(config_path: Path, root: Path, state: Path) -> None:
    """Quay về bản trước ngay bây giờ."""
    if os.geteuid() != 0 and root == ROOT:
        raise FinalError("Cần quyền root.")
    data = data_of(config_path)
    change = Change(of_machine(root, state), data)
    pending = change.pending()
    if pending is not None:
        done = change.go_back(pending, "kỹ thuật viên cho quay về")
        click.echo(
            _said(done) if done else "Bộ canh sức khỏe vừa kết thúc lần cập nhật này: xem `molang update status`."
        )
        SystemdHost(control_socket(data)).restart()
        return
    older = change.places.previous()
    if older is None:
        raise FinalError("Không có bản trước.")
    _refuse_when_busy(control_socket(data), even_if_silent=True)
    with change.alone():
        change.begin(older)
    click.echo(f"Đã đổi về bản {older}. Theo dõi: molang update status")


def refuse_older(about: About, places: Places) -> None:
    """Whoever finds an old stick must not bring back what was mended since: its signature is as good as ever."""
    version = places.current()
    runs = origin_of(places.release(version)) if version else None
    if runs is not None and dt.datetime.fromisoformat(about.made) < dt.datetime.fromisoformat(runs.made):
        raise FinalError(
            f"Bộ cài {about.version} làm lúc {about.made}, cũ hơn bản đang chạy ({runs.version}, {runs.made}). "
            "Muốn quay về bản trước: `molang update rollback`; vẫn muốn cài bản này: thêm --older."
        )


def _refuse_when_busy(control: Path, *, even_if_silent: bool) -> None:
    """Nothing is exchanged while a bulletin is on air or a flood level stands."""
    try:
        reason = why_not(state_of(control))
    except MolangError as error:
        if even_if_silent:
            return
        raise TransientError(
            f"Không hỏi được bộ điều khiển đang bận hay rảnh ({error}) Nếu nó hỏng hẳn: thêm --even-if-silent."
        ) from error
    if reason:
        raise TransientError(f"Chưa cập nhật lúc này được. {reason} Bản mới đã nằm sẵn trong máy: hãy làm lại sau.")


def _said(done: Done) -> str:
    reason = f": {done.reason}" if done.reason else ""
    return f"{done.old} → {done.new}: {_OUTCOMES[done.outcome]}{reason}"
