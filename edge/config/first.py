"""``molang init``: asks a few questions and writes the first config of a box."""

import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from edge.config.load import parse
from edge.config.questions import Table, ask_everything
from edge.core.errors import MisconfiguredError
from edge.kernel.disk import SECRET, write_atomically

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
    text = compose([*ask_everything(), ("web", {"wall_token": secrets.token_urlsafe(18)})])
    try:
        parse(text.encode(), str(output))
        write_private(output, text)
    except (MisconfiguredError, OSError) as cause:
        raise click.ClickException(str(cause)) from cause
    _tell(output)


def compose(tables: Iterable[Table]) -> str:
    """The tables as TOML, those without brackets first: TOML wants no order, but people read from the top."""
    ordered = sorted(tables, key=lambda table: table[0].startswith("["))
    return _HEAD + "".join(f"\n[{name}]\n{_pairs(row)}" for name, row in ordered)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode(), SECRET)


def _tell(output: Path) -> None:
    click.echo(f"\nĐã viết {output}. Khởi động hộp xong, hãy lập tài khoản đầu tiên:")
    click.echo(f"  molang users add --config {output} --login TÊN --name 'HỌ TÊN' --role admin")
    click.echo("Còn thiếu: chứng thư trong thư mục pki, vùng canh của camera và các mẫu tin đã duyệt.")
    click.echo("Xem docs/ref/example.toml.")


def _pairs(row: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in row.items())


def _value(value: object) -> str:
    """Strings, numbers and lists of both are written in TOML as in JSON."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
