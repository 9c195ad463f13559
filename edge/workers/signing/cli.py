"""``molang reports``: which there are, signed by a token, checked. A process of its own, with pyHanko and PKCS#11."""

import datetime as dt
import getpass
import hashlib
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import msgspec
from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data

from edge.config import load
from edge.config.folders import Folders
from edge.config.option import CONFIG, USUAL_PATH
from edge.config.schema import Config
from edge.control.client import call
from edge.control.protocol import Done, KeepSignedReport
from edge.core.errors import FinalError, TransientError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.report.period import Kind, period_of
from edge.kernel.disk import write_atomically
from edge.kernel.process import others_may_read
from edge.store.reader import Reader
from edge.store.reports import files_of
from edge.workers.signing.sign import Wish, sign_pdf
from edge.workers.signing.stamp import signer_of
from edge.workers.signing.token import Place, opened
from edge.workers.signing.verify import State, Verdict, told, trust_of, verify_pdf

STATES = {"draft": "chưa ký", "signed": "đã ký", "sent": "tỉnh đã nhận"}
MOST_PIN_BYTES = 200
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def reports() -> None:
    """Báo cáo của xã: danh sách, ký số, kiểm tra chữ ký."""


@reports.command("list")
@CONFIG
@click.option("--most", type=click.IntRange(1, 500), default=40, show_default=True, help="Nhiều nhất bao nhiêu dòng.")
def show(config_path: Path, most: int) -> None:
    """In các báo cáo đã lập, mới nhất trước."""
    folders = Folders(Path(load(config_path).commune.data))
    with closing(Reader(folders.database)) as reader:
        rows = reader.rows("SELECT * FROM report ORDER BY made_at_ms DESC LIMIT ?", most)
    for row in rows:
        made = local(AtMs(row["made_at_ms"]))
        whole = "" if row["complete"] else ", chưa hết kỳ"
        words = period_of(Kind(row["kind"]), row["period"]).words
        click.echo(f"{row['id']}: {words}, lập {made:%H:%M %d/%m/%Y}, {STATES[row['state']]}{whole}")
    if not rows:
        click.echo("Chưa có báo cáo nào.")


@reports.command()
@click.argument("what")
@click.option("--module", type=_FILE, required=True, help="Thư viện PKCS#11 của thiết bị ký.")
@click.option("--token", required=True, help="Tên (label) của thiết bị ký.")
@click.option("--key", required=True, help="Tên (label) của khoá trong thiết bị.")
@click.option("--pin-file", type=_FILE, help="Tệp chứa mã PIN, quyền 0600; không có thì hỏi.")
@click.option("--chain", type=_FILE, help="Chứng thư của các nơi cấp trung gian (PEM), nếu thiết bị không có.")
@click.option("--field", default="", help="Ký vào ô nào (ChuKy1 là ô bên trái); mặc định ô trống cuối cùng.")
@click.option("--out", type=_FILE, help="Ghi ra tệp này; mặc định thêm .da-ky vào tên.")
@click.option("--last-try", is_flag=True, help="Vẫn thử khi thiết bị chỉ còn một lần nhập mã PIN.")
@click.option("--user", default="", help="Ai ký, ghi vào nhật ký; mặc định người đang dùng máy.")
@CONFIG
def sign(what: str, pin_file: Path | None, chain: Path | None, out: Path | None, **given: Any) -> None:
    """Ký báo cáo WHAT bằng thiết bị ký: tên báo cáo (như `molang reports list` in ra), hoặc một tệp PDF bất kỳ."""
    config = _config_if_there(given["config_path"])
    report, source = _what(what, config)
    pin = _pin(pin_file)
    place = Place(given["module"], given["token"], given["key"], given["last_try"])
    report_config = config.report if config else None
    wish = Wish(
        given["field"],
        reason=f"Báo cáo {report}" if report else "",
        place=report_config.place if report_config else "",
        tsa=report_config.tsa if report_config else "",
        chain=_chain(chain),
    )
    now = dt.datetime.now(dt.UTC)
    with opened(place, pin) as signer:
        signed = sign_pdf(source.read_bytes(), signer, wish, now)
        certificate = signer.signing_cert
    assert certificate is not None, "sign_pdf refuses a key without a certificate"
    target = out or _beside(source)
    write_atomically(target, signed)
    who = signer_of(certificate).words
    click.echo(f"{target}: đã ký, {who}.")
    if report and config is not None:
        _tell_box(config, report, target, who, given["user"])


@reports.command()
@click.argument("file", type=_FILE)
@click.option(
    "--roots", type=click.Path(path_type=Path, file_okay=False), required=True, help="Thư mục nơi cấp được tin."
)
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def verify(file: Path, roots: Path, as_json: bool) -> None:
    """Kiểm tra chữ ký của tệp PDF; mã thoát 0 chỉ khi mọi chữ ký hợp lệ."""
    try:
        data = file.read_bytes()
    except OSError as cause:
        raise FinalError(f"Không đọc được {file}: {cause.strerror}.") from cause
    verdicts = verify_pdf(data, trust_of(roots), dt.datetime.now(dt.UTC))
    if as_json:
        click.echo(msgspec.json.encode([_plain(one) for one in verdicts]))
    else:
        for line in told(verdicts):
            click.echo(line)
    sys.exit(0 if all(one.state is State.VALID for one in verdicts) else 1)


def _plain(one: Verdict) -> dict[str, object]:
    at = one.at.isoformat() if one.at else None
    return {"state": one.state, "sentence": one.sentence, "field": one.field, "signer": one.signer.words, "at": at}


def _config_if_there(path: Path) -> Config | None:
    """A file can be signed on a machine that is no box."""
    return load(path) if path.exists() or path != USUAL_PATH else None


def _what(what: str, config: Config | None) -> tuple[str, Path]:
    """The report's id (empty: just a file) and the PDF that is signed: what was signed already is signed once more."""
    path = Path(what)
    if path.suffix == ".pdf" and path.is_file():
        return "", path
    if config is None:
        raise FinalError(f"Không có tệp {what}; muốn ký theo tên báo cáo thì cần --config.")
    folders = Folders(Path(config.commune.data))
    with closing(Reader(folders.database)) as reader:
        row = reader.row("SELECT files, signed_file FROM report WHERE id = ?", what)
    if row is None:
        raise FinalError(f"Không có báo cáo {what!r}: xem `molang reports list`.")
    draft = files_of(row["files"])["pdf"]
    source = folders.reports / draft.name
    if not source.is_file() or hashlib.sha256(source.read_bytes()).hexdigest() != draft.sha256:
        raise FinalError(f"Tệp {source} không còn, hoặc đã bị đổi sau khi lập: hãy lập lại báo cáo.")
    return what, folders.reports / row["signed_file"] if row["signed_file"] else source


def _beside(source: Path) -> Path:
    """``x.pdf`` -> ``x.da-ky.pdf``; a second signature gets a second name: the first file stays what it is."""
    stem = source.name.removesuffix(".pdf")
    first, _, number = stem.partition(".da-ky")
    if ".da-ky" not in stem:
        return source.with_name(f"{first}.da-ky.pdf")
    return source.with_name(f"{first}.da-ky{int(number.lstrip('-') or 1) + 1}.pdf")


def _pin(file: Path | None) -> str:
    """From a file that only its owner reads, or typed without being shown. Never in the arguments, never in a log."""
    if file is None:
        pin: str = click.prompt("Mã PIN của thiết bị ký", hide_input=True, err=True)
        return pin
    if others_may_read(file):
        raise FinalError(f"{file}: người khác đọc được tệp mã PIN này; hãy đặt quyền 0600.")
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(MOST_PIN_BYTES).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as cause:
        raise FinalError(f"Không đọc được tệp mã PIN {file}.") from cause


def _chain(file: Path | None) -> Sequence[x509.Certificate]:
    try:
        return list(load_certs_from_pemder_data(file.read_bytes())) if file else ()
    except (OSError, ValueError) as cause:
        raise FinalError(f"Không đọc được chứng thư trong {file}: {cause}.") from cause


def _tell_box(config: Config, report: str, signed: Path, who: str, user: str) -> None:
    """The running box writes down the signature and sends it on."""
    folders = Folders(Path(config.commune.data))
    if signed.parent.resolve() != folders.reports.resolve():
        click.echo("Tệp ký không nằm trong thư mục báo cáo: hộp không ghi nhận.")
        return
    request = KeepSignedReport(
        user=user or getpass.getuser(), role="leader", report=report, file=signed.name, signer=who[:200]
    )
    try:
        reply = call(folders.control, request)
    except TransientError as cause:
        raise FinalError(
            f"Đã ký, nhưng hộp không chạy nên chưa ghi nhận: chạy lại lệnh khi hộp chạy. {cause}"
        ) from cause
    if not isinstance(reply, Done):
        raise FinalError(f"Đã ký, nhưng hộp không ghi nhận: {reply.reason}")
    click.echo("Hộp đã ghi nhận chữ ký" + (" và sẽ gửi lên trên." if config.report.to else "."))
