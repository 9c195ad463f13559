"""Reports are signed by a token, and whatever was done to a signed file afterwards is said in words."""

import asyncio
import datetime as dt
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

from edge.core.errors import FinalError
from edge.workers.signing.cli import reports
from edge.workers.signing.sign import Wish, sign_pdf
from edge.workers.signing.verify import SENTENCES, State, Trust, told, trust_of, verify_pdf
from hil.harness import NotReadyError
from hil.prove.province.soft_token import KEY, LABEL, SPAN, Chain, Token, certificate, make_chain, make_token, module

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain()


@pytest.fixture(scope="module")
def trust(chain: Chain) -> Trust:
    return Trust((parsed(chain.root),))


@pytest.fixture(scope="module")
def signed(chain: Chain) -> bytes:
    return sign_pdf(page(), signer(chain), Wish(), now())


def page() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(100, 700, "Bao cao")
    canvas.save()
    return file.getvalue()


def parsed(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(DER))


def signer(chain: Chain, key: rsa.RSAPrivateKey | None = None) -> SimpleSigner:
    """The key in memory: the same signatures as a token's, without starting processes."""
    private = (key or chain.leaf_key).private_bytes(
        DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(parsed(chain.middle))
    return SimpleSigner(
        signing_cert=parsed(chain.leaf), signing_key=keys.PrivateKeyInfo.load(private), cert_registry=store
    )


def now() -> dt.datetime:
    """Asked when it is wanted: a run of all tests is longer than the certificates are old."""
    return dt.datetime.now(dt.UTC)


def states(data: bytes, trust: Trust, at: dt.datetime | None = None) -> list[State]:
    return [one.state for one in verify_pdf(data, trust, at or now())]


def test_a_signed_file_is_valid_and_says_who_signed_when(signed: bytes, trust: Trust) -> None:
    assert signed.startswith(page()[:500])
    lines = told(verify_pdf(signed, trust, now()))
    assert lines[0].startswith("Hợp lệ")
    assert "Nguyễn Văn Mẫu, Chủ tịch, UBND xã Kiến Giang" in lines[1]
    assert "theo máy của người ký" in lines[1]


def test_every_changed_byte_is_noticed(signed: bytes, trust: Trust) -> None:
    contents = signed.index(b"/Contents <")
    places = [*range(20, contents, contents // 25), contents + 200, contents + 2000, len(signed) - 40]
    for place in places:
        spoilt = bytearray(signed)
        spoilt[place] ^= 0x04
        assert State.VALID not in states(bytes(spoilt), trust), place


def test_a_revision_that_was_appended_is_noticed(signed: bytes, trust: Trust) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Lang"] = writer.root.raw_get("/Type")
    writer.update_root()  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert states(out.getvalue(), trust) == [State.CHANGED]
    assert states(signed + b"\n% more\n", trust) != [State.VALID]


def test_a_second_official_may_sign_and_both_are_valid(chain: Chain, trust: Trust) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(page()))
    for number in (1, 2):
        append_signature_field(writer, SigFieldSpec(f"ChuKy{number}", box=(100 * number, 50, 100 * number + 90, 90)))
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    first = sign_pdf(out.getvalue(), signer(chain), Wish(field="ChuKy1"), now())
    both = verify_pdf(sign_pdf(first, signer(chain), Wish(), now()), trust, now())
    assert [(one.state, one.field) for one in both] == [(State.VALID, "ChuKy1"), (State.VALID, "ChuKy2")]


def test_a_signature_by_another_key_is_noticed(chain: Chain, trust: Trust) -> None:
    other = rsa.generate_private_key(65537, 2048)
    assert states(sign_pdf(page(), signer(chain, other), Wish(), now()), trust) == [State.WRONG_KEY]


def test_an_authority_that_nobody_trusts_is_unknown(signed: bytes) -> None:
    assert states(signed, Trust((parsed(make_chain().root),))) == [State.UNKNOWN_AUTHORITY]


def test_a_certificate_that_had_expired_is_said_and_one_that_expired_since_is_not_held_against_it() -> None:
    short = make_chain((dt.timedelta(days=-30), dt.timedelta(seconds=20)))
    roots = Trust((parsed(short.root),))
    data = sign_pdf(page(), signer(short), Wish(), now())
    assert states(data, roots, now() + dt.timedelta(days=30)) == [State.VALID]
    old = make_chain((dt.timedelta(days=-30), dt.timedelta(days=-3)))
    with pytest.raises(FinalError, match="đã hết hạn"):
        sign_pdf(page(), signer(old), Wish(), now())
    forced = sign_pdf(page(), signer(old), Wish(), now() - dt.timedelta(days=10))
    assert states(forced, Trust((parsed(old.root),))) == [State.EXPIRED]


def test_a_signature_of_tomorrow_is_none(signed: bytes, trust: Trust) -> None:
    assert states(signed, trust, now() - dt.timedelta(days=1)) == [State.EXPIRED]


def test_a_revoked_certificate_is_said(signed: bytes, chain: Chain, tmp_path: Path) -> None:
    ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    gone = x509.RevokedCertificateBuilder().serial_number(chain.leaf.serial_number).revocation_date(ago).build()
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(chain.middle.subject)
        .last_update(ago)
        .next_update(ago + dt.timedelta(days=30))
        .add_revoked_certificate(gone)
        .sign(chain.middle_key, hashes.SHA256())
    )
    (tmp_path / "goc.pem").write_bytes(chain.root.public_bytes(PEM))
    (tmp_path / "thu-hoi.crl").write_bytes(listed.public_bytes(PEM))
    assert states(signed, trust_of(tmp_path)) == [State.REVOKED]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n%%EOF", b"\0" * 2000, page()[:700]])
def test_what_is_no_pdf_is_never_valid(data: bytes, trust: Trust) -> None:
    assert states(data, trust)[0] in (State.UNREADABLE, State.NONE)
    assert states(page(), trust) == [State.NONE]


def test_a_folder_without_authorities_is_said(tmp_path: Path) -> None:
    with pytest.raises(FinalError, match="không có chứng thư nào"):
        trust_of(tmp_path)


def test_a_time_stamp_authority_makes_the_time_sure(chain: Chain, trust: Trust) -> None:
    data, requests = asyncio.run(stamped(chain))
    assert requests
    assert b"ETSI.CAdES.detached" in data
    (verdict,) = verify_pdf(data, trust, now())
    assert (verdict.state, verdict.stamped) == (State.VALID, True)
    assert "theo dấu thời gian" in told([verdict])[1]


async def stamped(chain: Chain) -> tuple[bytes, int]:
    """By a real HTTP server that answers RFC 3161."""
    private = chain.leaf_key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(parsed(chain.middle))
    below = {name.oid: str(name.value) for name in chain.middle.subject}
    named = {NameOID.COMMON_NAME: "Dấu thời gian thử nghiệm"}
    own = certificate(named, below, chain.leaf_key, chain.middle_key, SPAN, stamps=True)
    authority = DummyTimeStamper(parsed(own), keys.PrivateKeyInfo.load(private), store)
    requests = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal requests
        requests += 1
        wish = tsp.TimeStampReq.load(await request.read())
        reply = await authority.async_request_tsa_response(wish)
        return web.Response(body=reply.dump(), content_type="application/timestamp-reply")

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        wish = Wish(tsa=f"http://127.0.0.1:{runner.addresses[0][1]}/")
        return await asyncio.to_thread(sign_pdf, page(), signer(chain), wish, now()), requests
    finally:
        await runner.cleanup()


@dataclass
class Desk:
    """A machine with a token."""

    folder: Path
    token: Token

    def words(self, file: Path, pin_file: Path, token: str = LABEL) -> list[str]:
        where = ["--module", str(self.token.module), "--token", token, "--key", KEY, "--pin-file", str(pin_file)]
        return ["sign", str(file), *where]

    def sign(self, name: str, pin_file: Path, token: str = LABEL) -> tuple[Path, str]:
        """In this process: the file that should be there, and what was said instead of it."""
        file = self.folder / f"{name}.pdf"
        file.write_bytes(page())
        answer = CliRunner().invoke(reports, self.words(file, pin_file, token))
        return file.with_name(f"{name}.da-ky.pdf"), f"{answer.output}{answer.exception or ''}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chain: Chain) -> Iterator[Desk]:
    try:
        module()
    except NotReadyError as reason:
        pytest.skip(str(reason))
    folder = tmp_path_factory.mktemp("token")
    token = make_token(folder, chain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", token.env["SOFTHSM2_CONF"])
        yield Desk(folder, token)


def test_a_token_signs_and_an_independent_program_agrees(desk: Desk, trust: Trust) -> None:
    file = desk.folder / "bao-cao.pdf"
    file.write_bytes(page())
    command = [sys.executable, "-m", "edge", "reports", *desk.words(file, desk.token.pin_file)]
    root = Path(__file__).parents[3]
    answer = subprocess.run(
        command, env=desk.token.env, cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    out = desk.folder / "bao-cao.da-ky.pdf"
    assert states(out.read_bytes(), trust, dt.datetime.now(dt.UTC)) == [State.VALID]
    checked = CliRunner().invoke(reports, ["verify", str(out), "--roots", str(desk.token.roots)])
    assert (checked.exit_code, checked.output.splitlines()[0]) == (0, SENTENCES[State.VALID])
    if shutil.which("pdfsig") is None:
        print("pdfsig (poppler-utils) is not installed: no independent witness")  # noqa: T201
        return
    seen = subprocess.run(["pdfsig", out], capture_output=True, text=True, check=False).stdout
    for words in ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached"):
        assert words in seen


def test_a_wrong_pin_is_tried_once_and_the_next_run_with_the_right_one_works(desk: Desk) -> None:
    wrong = desk.folder / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("00000000")
    out, said = desk.sign("hai", wrong)
    assert "Mã PIN sai. Đã thử một lần" in said
    assert "00000000" not in said
    assert not out.exists()
    out, said = desk.sign("hai", desk.token.pin_file)
    assert out.exists(), said


def test_a_token_that_is_not_there_and_an_open_pin_file_are_said(desk: Desk) -> None:
    assert "Không thấy thiết bị ký nào tên 'khac'" in desk.sign("ba", desk.token.pin_file, "khac")[1]
    loose = desk.folder / "loose"
    loose.write_text("1")
    loose.chmod(0o644)
    assert "người khác đọc được" in desk.sign("ba", loose)[1]
