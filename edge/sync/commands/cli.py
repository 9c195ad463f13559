"""``molang sync proposals|accept-key|revoke-key|keys``: people of the commune decide what the province may."""

import datetime as dt
import re
from contextlib import closing
from pathlib import Path

import click
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge.config import load
from edge.config.folders import control_socket
from edge.config.load import parse
from edge.config.merge import difference, merged
from edge.config.option import CONFIG
from edge.config.schema import Config
from edge.control.client import call
from edge.control.protocol import AcceptKey, AnyRequest, DecideProposal, Refused, RevokeKey
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.policy.downlink import IN_THE_FILE
from edge.kernel.clock import SystemClock
from edge.kernel.disk import SECRET, write_atomically
from edge.kernel.signing import key_id_of
from edge.store.proposals import LIST_PROPOSALS, SHOW_PROPOSAL, Proposal
from edge.store.reader import Reader
from edge.store.urgent_bulletins import LIST_KEYS
from edge.sync.commands.offers import fragment_of, stands_in

STATES = {"open": "chờ xã xem", "accepted": "đã nhận", "refused": "đã từ chối"}
USER = click.option("--user", required=True, help="Ai quyết định; nhật ký ghi tên này.")
ROLE = click.option(
    "--role", type=click.Choice(["technician", "leader"]), default="technician", show_default=True, help="Vai trò."
)


@click.group()
def proposals() -> None:
    """Những gì tỉnh đề nghị: xem, nhận, từ chối."""


@proposals.command("list")
@CONFIG
def list_proposals(config_path: Path) -> None:
    """In các đề nghị, chờ trước, mới trước."""
    for row in _rows(load(config_path), LIST_PROPOSALS):
        click.echo(f"{row['id']}  {STATES[str(row['state'])]}  {_when(row['made_at_ms'])}  {row['title']}")


@proposals.command()
@CONFIG
@click.argument("name")
def show(config_path: Path, name: str) -> None:
    """In một đề nghị: sẽ đổi gì (dòng + thêm, dòng - bỏ)."""
    row = _proposal_row(load(config_path), name)
    click.echo(f"{row['title']}\nTình trạng: {STATES[str(row['state'])]}, nhận lúc {_when(row['made_at_ms'])}")
    click.echo(str(row["diff"]))


@proposals.command()
@CONFIG
@USER
@ROLE
@click.option("--yes", is_flag=True, help="Không hỏi lại.")
@click.argument("name")
def accept(config_path: Path, user: str, role: str, yes: bool, name: str) -> None:
    """Nhận một đề nghị. Cấu hình, danh bạ, mẫu tin được ghi vào tệp cấu hình và có hiệu lực từ lần chạy sau."""
    config = load(config_path)
    row = _proposal_row(config, name)
    one = Proposal(*(str(row[field]) for field in ("id", "kind", "title", "body", "diff", "state")))
    if one.state != "open":
        raise FinalError("Đề nghị này đã được quyết định rồi.")
    if one.kind in IN_THE_FILE:
        _into_the_file(config_path, one, user, yes=yes)
    elif not yes:
        click.confirm(f"{one.title}\n{one.diff}\nNhận đề nghị này?", abort=True)
    _call(config, DecideProposal(user=user, role=role, id=one.id, accept=True))
    click.echo("Đã nhận.")


@proposals.command()
@CONFIG
@USER
@ROLE
@click.option("--why", default="", help="Lý do; chỉ ghi ở xã, không gửi tỉnh.")
@click.argument("name")
def refuse(config_path: Path, user: str, role: str, why: str, name: str) -> None:
    """Từ chối một đề nghị."""
    _call(load(config_path), DecideProposal(user=user, role=role, id=name, accept=False, note=why))
    click.echo("Đã từ chối.")


@click.command("accept-key")
@CONFIG
@USER
@click.option("--name", required=True, help="Tên của nơi giữ khóa: loa sẽ đọc tên này trước mỗi bản tin khẩn.")
@click.option("--yes", is_flag=True, help="Không hỏi lại.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def accept_key(config_path: Path, user: str, name: str, yes: bool, file: Path) -> None:
    """Nhận khóa công khai trong FILE: từ nay bản tin khẩn ký bằng khóa này phát ra loa ngay, không chờ xã duyệt."""
    public = read_public_key(file)
    click.echo(f"Khóa {key_id_of(public)} của {name}. Hãy đọc mã này cho tỉnh nghe qua điện thoại.")
    if not yes:
        click.confirm("Lãnh đạo xã đồng ý cho khóa này phát bản tin khẩn ra loa?", abort=True)
    _call(load(config_path), AcceptKey(user=user, role="leader", name=name, public_hex=public))
    click.echo("Đã nhận khóa.")


@click.command("revoke-key")
@CONFIG
@USER
@ROLE
@click.argument("key_id")
def revoke_key(config_path: Path, user: str, role: str, key_id: str) -> None:
    """Thu hồi một khóa: bản tin khẩn ký bằng khóa này không phát nữa, kể cả bản tin đang chờ."""
    if not re.fullmatch(r"[0-9a-f]{16}", key_id):
        raise FinalError("Mã khóa gồm 16 chữ số thập lục phân: xem `molang sync keys`.")
    _call(load(config_path), RevokeKey(user=user, role=role, key_id=key_id))
    click.echo("Đã thu hồi.")


@click.command()
@CONFIG
def keys(config_path: Path) -> None:
    """In các khóa bản tin khẩn mà xã đã nhận hoặc đã thu hồi."""
    for row in _rows(load(config_path), LIST_KEYS):
        revoked = (
            f"đã thu hồi {_when(row['revoked_at_ms'])}, {row['revoked_by']}" if row["revoked_at_ms"] else "còn dùng"
        )
        accepted = f"{row['accepted_by']} nhận {_when(row['accepted_at_ms'])}"
        click.echo(f"{row['key_id']}  {row['name']}  {accepted}  {revoked}")


def read_public_key(file: Path) -> str:
    """An Ed25519 public key, PEM or 64 hexadecimal digits, as hex; raises FinalError."""
    raw = file.read_bytes()[:4096].strip()
    if re.fullmatch(rb"[0-9a-f]{64}", raw):
        return raw.decode()
    try:
        key = serialization.load_pem_public_key(raw)
    except ValueError as cause:
        raise FinalError(f"{file}: không phải khóa công khai.") from cause
    if not isinstance(key, Ed25519PublicKey):
        raise FinalError(f"{file}: không phải khóa Ed25519.")
    return key.public_bytes_raw().hex()


def _into_the_file(path: Path, one: Proposal, user: str, *, yes: bool) -> None:
    """Merge it into the file as it is now; the file before stays beside it as ``NAME.truoc``."""
    text = path.read_text("utf-8-sig")
    if stands_in(one, text):
        return
    after = merged(text, fragment_of(one, text, user, _today()))
    parse(after.encode(), str(path))
    click.echo(difference(text, after))
    if not yes:
        click.confirm(f"Ghi những dòng này vào {path}?", abort=True)
    mode = path.stat().st_mode & 0o777
    write_atomically(path.with_name(f"{path.name}.truoc"), text.encode(), SECRET)
    write_atomically(path, after.encode(), mode)
    click.echo(f"Đã ghi {path}; tệp cũ: {path.name}.truoc. Có hiệu lực từ lần chạy sau.")


def _today() -> dt.date:
    return local(SystemClock().now().at_ms).date()


def _proposal_row(config: Config, name: str) -> dict[str, object]:
    for row in _rows(config, SHOW_PROPOSAL, name):
        return row
    raise FinalError("Không có đề nghị này: xem `molang sync proposals list`.")


def _rows(config: Config, sql: str, *values: object) -> list[dict[str, object]]:
    with closing(Reader(Path(config.commune.data) / "molang.db")) as reader:
        return reader.rows(sql, *values)


def _call(config: Config, request: AnyRequest) -> None:
    reply = call(control_socket(config.commune.data), request)
    if isinstance(reply, Refused):
        raise FinalError(reply.reason)


def _when(at_ms: object) -> str:
    return f"{local(AtMs(int(str(at_ms)))):%H:%M %d/%m/%Y}"


decisions = (proposals, accept_key, revoke_key, keys)
