"""``molang hub ca|claim|enrolments|revoke|command``: what people of the province do about boxes."""

import asyncio
import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Sequence
from getpass import getuser
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from edge.core.errors import FinalError, MisconfiguredError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.hub.commands.making import EARLY_MS, listed, make, sign_urgent
from edge.hub.database import Database, trial_url
from edge.hub.enrolment.asking import CLAIM_HOURS, Person, approve, hand_out, refuse, source_of
from edge.hub.enrolment.asking import listed as listed_enrolments
from edge.hub.enrolment.authority import COMMAND_KEY, load_authority, make_authority
from edge.hub.enrolment.renewing import certificates_of, take_away
from edge.kernel.clock import SystemClock
from edge.kernel.disk import SECRET, write_atomically
from edge.kernel.identity import certificate_pem, certificate_sha256, key_pem, new_key
from edge.kernel.statement import StatementKey
from edge.kernel.wire.command import AnyOrder, UrgentWords
from edge.kernel.wire.order import RUBBISH

T = TypeVar("T")
_ORDER: msgspec.json.Decoder[AnyOrder] = msgspec.json.Decoder(AnyOrder)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
PASSPHRASE = click.option(
    "--passphrase", envvar="MOLANG_CA_PASSPHRASE", default="", help="Mật khẩu của khóa gốc (hoặc biến môi trường)."
)
FOLDER = click.option("--folder", type=_FOLDER, help="Nơi giữ hub.db (bản dùng thử).")
DATABASE = click.option(
    "--database", envvar="MOLANG_HUB_DATABASE", default="", help="Địa chỉ PostgreSQL, thay cho --folder."
)
AUTHORITY = click.option("--authority", type=_FOLDER, required=True, help="Thư mục khóa gốc (hub ca init).")
BY = click.option("--by", default=getuser, show_default="người đang đăng nhập", help="Ai làm, để ghi sổ.")


def database_at(folder: Path | None, url: str = "") -> Database:
    """The record by its address, or the trial edition in a folder; raises MisconfiguredError for neither."""
    if not url and folder is None:
        raise MisconfiguredError("Phải cho --folder hoặc --database.")
    return Database(url or trial_url(folder or Path()))


def _now_ms() -> int:
    return SystemClock().now().at_ms


def _ask(database: Database, question: Callable[[Database], Awaitable[T]]) -> T:
    async def work() -> T:
        try:
            await database.make_tables()
            return await question(database)
        finally:
            await database.close()

    return asyncio.run(work())


@click.group()
def ca() -> None:
    """Khóa gốc của tỉnh: ký chứng thư cho hộp, cho cửa của tỉnh, cho người của tỉnh."""


@ca.command()
@AUTHORITY
@click.option("--name", required=True, help="Tên của khóa gốc, ví dụ: Tỉnh Quảng Trị.")
@PASSPHRASE
def init(authority: Path, name: str, passphrase: str) -> None:
    """Tạo khóa gốc và khóa ký lệnh; có mật khẩu thì khóa gốc được mã hóa."""
    make_authority(authority, name, dt.datetime.now(dt.UTC), passphrase)
    click.echo(f"Đã tạo khóa gốc trong {authority}. Hãy cất một bản sao ngoại tuyến.")


@ca.command()
@AUTHORITY
@click.option("--address", "addresses", multiple=True, required=True, help="Tên miền hoặc địa chỉ IP của tỉnh.")
@click.option("--out", type=_FOLDER, required=True, help="Nơi ghi hub.pem và hub.key.")
@PASSPHRASE
def server(authority: Path, addresses: Sequence[str], out: Path, passphrase: str) -> None:
    """Cấp chứng thư cho cửa của tỉnh."""
    loaded, key = load_authority(authority, passphrase), new_key()
    made = loaded.for_hub(key.public_key(), addresses, dt.datetime.now(dt.UTC))
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "hub.key", key_pem(key), SECRET)
    write_atomically(out / "hub.pem", certificate_pem(made))
    click.echo(f"Đã ghi {out / 'hub.pem'} và {out / 'hub.key'}.")


@ca.command()
@AUTHORITY
@click.argument("name")
@click.option("--out", type=_FOLDER, required=True, help="Nơi ghi chứng thư và khóa.")
@PASSPHRASE
def person(authority: Path, name: str, out: Path, passphrase: str) -> None:
    """Cấp chứng thư cho người của tỉnh: province-… được xem, commander-… được ra lệnh và duyệt hộp."""
    if not name.startswith(("province", "commander-")):
        raise FinalError("Tên phải bắt đầu bằng province hoặc commander-.")
    loaded, key = load_authority(authority, passphrase), new_key()
    made = loaded.for_person(key.public_key(), name, dt.datetime.now(dt.UTC))
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / f"{name}.key", key_pem(key), SECRET)
    write_atomically(out / f"{name}.pem", certificate_pem(made))
    click.echo(f"Đã ghi {out / name}.pem và .key.")


@click.group()
def claim() -> None:
    """Mã ghi danh cho hộp mới."""


@claim.command("new")
@FOLDER
@DATABASE
@AUTHORITY
@click.option("--commune", required=True, help="Mã xã, như [commune] id của hộp.")
@click.option("--box", type=click.IntRange(1, 99), required=True, help="Số của hộp trong xã.")
@click.option("--hours", type=click.IntRange(1, 720), default=CLAIM_HOURS, show_default=True, help="Hạn dùng, giờ.")
@BY
@PASSPHRASE
def new_claim(
    folder: Path | None, database: str, authority: Path, commune: str, box: int, hours: int, by: str, passphrase: str
) -> None:
    """In một mã ghi danh: dùng một lần, chỉ cho hộp này."""
    source, root = source_of(commune, box), certificate_sha256(load_authority(authority, passphrase).root)
    token = _ask(
        database_at(folder, database), lambda record: hand_out(record, source, root, Person(by), _now_ms(), hours)
    )
    click.echo(str(token))


@click.group()
def enrolments() -> None:
    """Hộp xin ghi danh: xem, duyệt, từ chối."""


@enrolments.command("list")
@FOLDER
@DATABASE
@click.option("--all", "everything", is_flag=True, help="Cả những yêu cầu đã quyết định.")
def list_enrolments(folder: Path | None, database: str, everything: bool) -> None:
    """In các yêu cầu kèm dãy số của khóa: đọc qua điện thoại, hai bên phải giống nhau."""
    state = None if everything else "pending"
    for row in _ask(database_at(folder, database), lambda record: listed_enrolments(record, state)):
        click.echo(f"{row['id']}  {row['source']}  {row['state']}  {_when(row['asked_at_ms'])}  từ {row['peer']}")
        click.echo(f"    dãy số: {row['fingerprint']}")


@enrolments.command("approve")
@click.argument("name")
@FOLDER
@DATABASE
@AUTHORITY
@BY
@PASSPHRASE
def approve_enrolment(name: str, folder: Path | None, database: str, authority: Path, by: str, passphrase: str) -> None:
    """Duyệt sau khi đã so dãy số: hộp nhận chứng thư; hộp cũ cùng tên mất chứng thư."""
    loaded = load_authority(authority, passphrase)
    _ask(database_at(folder, database), lambda record: approve(record, loaded, name, Person(by), _now_ms()))
    click.echo("Đã duyệt.")


@enrolments.command("refuse")
@click.argument("name")
@FOLDER
@DATABASE
@click.option("--why", required=True, help="Lý do; hộp sẽ hiện ra.")
@BY
def refuse_enrolment(name: str, folder: Path | None, database: str, why: str, by: str) -> None:
    """Từ chối."""
    _ask(database_at(folder, database), lambda record: refuse(record, name, Person(by), why, _now_ms()))
    click.echo("Đã từ chối.")


@click.command()
@FOLDER
@DATABASE
@click.option("--commune", required=True)
@click.option("--box", type=click.IntRange(1, 99), required=True)
@click.option("--why", required=True, help="Lý do, để ghi sổ.")
@BY
def revoke(folder: Path | None, database: str, commune: str, box: int, why: str, by: str) -> None:
    """Thu hồi mọi chứng thư của một hộp: từ nay tỉnh từ chối hộp này cho tới khi ghi danh lại."""
    source = source_of(commune, box)
    gone = _ask(database_at(folder, database), lambda record: take_away(record, source, Person(by), why, _now_ms()))
    click.echo(f"Đã thu hồi {gone} chứng thư của {source}.")


@click.command()
@FOLDER
@DATABASE
@click.option("--commune", required=True)
@click.option("--box", type=click.IntRange(1, 99), required=True)
def certificates(folder: Path | None, database: str, commune: str, box: int) -> None:
    """In các chứng thư đã cấp cho một hộp."""
    source = source_of(commune, box)
    for row in _ask(database_at(folder, database), lambda record: certificates_of(record, source)):
        over = f"hết giá trị: {row['over_why']}" if row["over_at_ms"] else "còn giá trị"
        used = "đã dùng" if row["used_at_ms"] else "chưa dùng"
        click.echo(f"{row['serial']}  tới {_when(row['not_after_ms'])}  {used}  {over}")


@click.group()
def command() -> None:
    """Lệnh cho hộp: ra lệnh, xem kết quả, ký bản tin khẩn."""


@command.command("send")
@FOLDER
@DATABASE
@AUTHORITY
@click.option("--to", "sources", multiple=True, required=True, help="Nguồn, ví dụ /xa/dong-son/box/1.")
@click.option("--days", type=click.IntRange(1, 39), default=7, show_default=True, help="Hạn của lệnh.")
@BY
@click.argument("file", type=_FILE)
def send(
    folder: Path | None, database: str, authority: Path, sources: Sequence[str], days: int, by: str, file: Path
) -> None:
    """Ra lệnh viết trong tệp JSON, ví dụ {"kind": "update", …} (docs/design/commands.md)."""
    order = _order(file)
    _send(database_at(folder, database), authority, sources, order, days, by)


@command.command("urgent")
@FOLDER
@DATABASE
@AUTHORITY
@click.option("--to", "sources", multiple=True, required=True, help="Nguồn, ví dụ /xa/dong-son/box/1.")
@click.option("--key", type=_FILE, required=True, help="Khóa mà các xã đã nhận (Ed25519, PEM).")
@click.option("--hamlet", "hamlets", multiple=True, help="Chỉ những thôn này; bỏ trống: toàn xã.")
@click.option("--minutes", type=click.IntRange(5, 1440), default=60, show_default=True, help="Hạn phát.")
@click.option("--status", type=click.Choice(["Actual", "Exercise", "Test"]), default="Actual", show_default=True)
@BY
@click.argument("words")
def urgent(
    folder: Path | None,
    database: str,
    authority: Path,
    sources: Sequence[str],
    key: Path,
    hamlets: Sequence[str],
    minutes: int,
    status: Any,
    by: str,
    words: str,
) -> None:
    """Phát ngay lời này ở các xã đã nhận khóa; lời bắt đầu bằng tên người ký."""
    now_ms = _now_ms()
    said = UrgentWords(
        v=1,
        id=secrets.token_hex(16),
        sources=tuple(sources),
        status=status,
        nbf_ms=now_ms - EARLY_MS,
        exp_ms=now_ms + minutes * 60_000,
        text=words,
        hamlets=tuple(hamlets),
    )
    order = sign_urgent(said, StatementKey.load(key))
    _send(database_at(folder, database), authority, sources, order, 1, by)


@command.command("list")
@FOLDER
@DATABASE
@click.option("--source", help="Chỉ của hộp này.")
def list_commands(folder: Path | None, database: str, source: str | None) -> None:
    """In các lệnh đã ra và kết quả của từng lệnh."""
    for row in _ask(database_at(folder, database), lambda record: listed(record, source)):
        taken = "hộp đã nhận" if row["taken"] else "hộp chưa nhận"
        result = f"{row['state']} {row['outcome']} {row['reason']}".strip()
        click.echo(f"{row['source']} {row['seq']} {row['kind']} {_when(row['made_at_ms'])}: {taken}; {result}")


def _send(record: Database, authority: Path, sources: Sequence[str], order: AnyOrder, days: int, by: str) -> None:
    key = StatementKey.load(authority / COMMAND_KEY)

    async def all_of_them(database: Database) -> None:
        for source in dict.fromkeys(sources):
            made = await make(database, key, source, order, Person(by), _now_ms(), life_ms=days * 86_400_000)
            click.echo(f"{source}: lệnh {made.id}, số {made.seq}")

    _ask(record, all_of_them)


def _order(file: Path) -> AnyOrder:
    try:
        order: AnyOrder = _ORDER.decode(file.read_bytes())
    except RUBBISH as cause:
        raise FinalError(f"{file}: lệnh không đúng: {cause}.") from cause
    return order


def _when(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%H:%M %d/%m/%Y}"


people_commands = (ca, claim, enrolments, revoke, certificates, command)
