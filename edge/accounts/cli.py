"""``molang users``: the accounts from the command line of the box, and how the first one comes to be."""

import getpass
import os
from pathlib import Path
from typing import Any, Literal

import click

from edge.config import load
from edge.config.option import CONFIG
from edge.control.client import call
from edge.control.protocol import (
    AddAccount,
    AnyRequest,
    EndSessions,
    ListAccounts,
    PeopleRole,
    Refused,
    ResetAccount,
    ShutAccount,
)
from edge.core.errors import FinalError
from edge.core.policy.rights import ROLE_NAMES, Role

LOGIN = click.argument("login", metavar="TÊN_ĐĂNG_NHẬP")
ROLES = tuple(role.value for role in Role if role is not Role.WALL)
ADMIN = Role.ADMIN.value


@click.group()
def users() -> None:
    """Tài khoản của từng người. Hộp phải đang chạy."""


@users.command("list")
@CONFIG
def list_users(config_path: Path) -> None:
    """In các tài khoản."""
    for row in _ask(config_path, ListAccounts(user=_me(), role=ADMIN))["accounts"]:
        facts = [ROLE_NAMES[Role(row["role"])], f"{len(row['sessions'])} phiên"]
        facts += ["có mã xác thực"] if row["has_code"] else []
        facts += [f"camera: {', '.join(row['cameras']) or 'không'}"] if row["cameras"] is not None else []
        facts += [] if row["active"] else ["ĐÃ KHOÁ"]
        click.echo(f"{row['login']:<20} {row['name']:<28} {' · '.join(facts)}")


@users.command()
@CONFIG
@click.option("--login", required=True, help="Tên đăng nhập: chữ thường không dấu.")
@click.option("--name", required=True, help="Họ tên, ghi vào nhật ký.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="Vai trò.")
@click.option("--camera", "cameras", multiple=True, metavar="MÃ", help="Chỉ được xem camera này; ghi được nhiều lần.")
def add(config_path: Path, login: str, name: str, role: PeopleRole, cameras: tuple[str, ...]) -> None:
    """Lập một tài khoản và in mật khẩu đầu tiên, chỉ một lần."""
    wish = AddAccount(
        user=_me(), role=ADMIN, login=login, name=name, as_role=role, cameras=tuple(cameras) if cameras else None
    )
    _hand_over(_ask(config_path, wish))


@users.command()
@CONFIG
@LOGIN
def disable(config_path: Path, login: str) -> None:
    """Khoá một tài khoản; các phiên của nó kết thúc ngay."""
    _ask(config_path, ShutAccount(user=_me(), role=ADMIN, login=login, active=False))
    click.echo(f"Đã khoá {login}.")


@users.command()
@CONFIG
@LOGIN
def enable(config_path: Path, login: str) -> None:
    """Mở lại một tài khoản đã khoá."""
    _ask(config_path, ShutAccount(user=_me(), role=ADMIN, login=login, active=True))
    click.echo(f"Đã mở lại {login}.")


@users.command()
@CONFIG
@LOGIN
@click.option("--code", "what", flag_value="code", help="Bỏ mã xác thực, khi mất điện thoại và mất cả mã giấy.")
@click.option("--password", "what", flag_value="password", default=True, help="Cấp mật khẩu mới (mặc định).")
def reset(config_path: Path, login: str, what: Literal["password", "code"]) -> None:
    """Cấp mật khẩu mới, hoặc bỏ mã xác thực cũ."""
    given = _ask(config_path, ResetAccount(user=_me(), role=ADMIN, login=login, what=what))
    if given["password"]:
        _hand_over(given)
    else:
        click.echo(f"Đã bỏ mã xác thực của {login}; lần đăng nhập tới sẽ cài lại ứng dụng.")


@users.command("logout")
@CONFIG
@LOGIN
def log_out(config_path: Path, login: str) -> None:
    """Đăng xuất một người ở mọi nơi."""
    given = _ask(config_path, EndSessions(user=_me(), role=ADMIN, login=login))
    click.echo(f"Đã kết thúc {given['ended']} phiên của {login}.")


def _hand_over(given: dict[str, Any]) -> None:
    click.echo(f"Tên đăng nhập: {given['login']}")
    click.echo(f"Mật khẩu:      {given['password']}")
    click.echo("Mật khẩu chỉ hiện một lần này; lần đăng nhập đầu phải đổi.")


def _ask(config_path: Path, wish: AnyRequest) -> dict[str, Any]:
    answer = call(Path(load(config_path).commune.data) / "run" / "control.sock", wish)
    if isinstance(answer, Refused):
        raise FinalError(answer.reason)
    return answer.value


def _me() -> str:
    """Who sits at the command line, for the audit log."""
    return f"molang users ({os.environ.get('SUDO_USER') or getpass.getuser()})"[:80]
