"""``molang init``: asks a few questions and writes the first config of a box."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from edge.config.load import parse
from edge.config.questions import Table, ask_everything
from edge.core.errors import MisconfiguredError
from edge.core.policy.rights import ROLE_NAMES, Role
from edge.kernel.disk import SECRET, write_atomically

ROLES = (Role.DUTY, Role.OPERATOR, Role.LEADER, Role.TECHNICIAN, Role.OFFICIAL)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look alike: the passwords are copied from paper."""
_HEAD = """\
# Tệp cấu hình của hộp Mõ Làng, do `molang init` viết. Mọi thiết lập được giải thích trong docs/ref/example.toml.
# Sửa xong: `molang check --config TỆP`, rồi khởi động lại. Tệp này chứa bí mật: giữ quyền 0600.
"""


@click.command("init")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("/etc/molang/molang.toml"),
    show_default=True,
    help="Tệp sẽ viết.",
)
@click.option("--force", is_flag=True, help="Viết đè lên tệp đã có.")
def init(output: Path, *, force: bool) -> None:
    """Hỏi vài câu và viết tệp cấu hình đầu tiên."""
    if output.exists() and not force:
        raise click.ClickException(f"{output} đã có; thêm --force để viết đè.")
    passwords = {role: new_password() for role in ROLES}
    text = compose([*ask_everything(), ("web", _web(passwords))])
    try:
        parse(text.encode(), str(output))
        write_private(output, text)
    except (MisconfiguredError, OSError) as cause:
        raise click.ClickException(str(cause)) from cause
    _tell(output, passwords)


def compose(tables: Iterable[Table]) -> str:
    """The tables as TOML, those without brackets first: TOML wants no order, but people read from the top."""
    ordered = sorted(tables, key=lambda table: table[0].startswith("["))
    return _HEAD + "".join(f"\n[{name}]\n{_pairs(row)}" for name, row in ordered)


def new_password() -> str:
    """Twelve letters in threes, about 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def password_hash(password: str) -> str:
    """A salted scrypt hash as ``web`` reads it (werkzeug's own form and costs)."""
    salt = secrets.token_hex(8)
    raw = hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**15, r=8, p=1, maxmem=132 * 2**15 * 8)
    return f"scrypt:32768:8:1${salt}${raw.hex()}"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode(), SECRET)


def _web(passwords: Mapping[Role, str]) -> dict[str, object]:
    hashes = {role.value: password_hash(password) for role, password in passwords.items()}
    return {"wall_token": secrets.token_urlsafe(18), "passwords": hashes}


def _tell(output: Path, passwords: Mapping[Role, str]) -> None:
    click.echo(f"\nĐã viết {output}. Mật khẩu chỉ hiện một lần này, hãy chép ra giấy:")
    for role, password in passwords.items():
        click.echo(f"  {ROLE_NAMES[role]:<34} {password}")
    click.echo("Còn thiếu: chứng thư trong thư mục pki, vùng canh của camera và các mẫu tin đã duyệt.")
    click.echo("Xem docs/ref/example.toml.")


def _pairs(row: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in row.items())


def _value(value: object) -> str:
    """Strings, numbers and lists of both are written in TOML as in JSON."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
