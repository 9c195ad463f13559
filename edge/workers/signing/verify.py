"""Whether the signatures of a PDF are good, said in Vietnamese."""

import asyncio
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from asn1crypto import crl, pem, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from edge.core.errors import FinalError
from edge.core.local_time import VIETNAM
from edge.workers.signing.stamp import Signer, signer_of

MOST_BYTES = 20_000_000
MOST_SIGNATURES = 20
AHEAD = dt.timedelta(minutes=10)
"""Clocks differ a little; a signature of tomorrow is none."""


class State(StrEnum):
    """What a signature is worth."""

    VALID = "valid"
    CHANGED = "changed"
    WRONG_KEY = "wrong_key"
    UNKNOWN_AUTHORITY = "unknown_authority"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNREADABLE = "unreadable"
    NONE = "none"


SENTENCES = {
    State.VALID: "Hợp lệ: tệp còn nguyên từ lúc ký, chứng thư do nơi cấp được tin.",
    State.CHANGED: "KHÔNG hợp lệ: tệp đã bị sửa sau khi ký.",
    State.WRONG_KEY: "KHÔNG hợp lệ: chữ ký không phải do khoá của chứng thư này tạo ra.",
    State.UNKNOWN_AUTHORITY: "Không rõ: chứng thư do nơi cấp không có trong danh sách được tin.",
    State.EXPIRED: "KHÔNG hợp lệ: lúc ký, chứng thư đã hết hạn hoặc chưa có hiệu lực.",
    State.REVOKED: "KHÔNG hợp lệ: chứng thư đã bị thu hồi.",
    State.UNREADABLE: "KHÔNG hợp lệ: chữ ký hoặc tệp hỏng, không đọc được.",
    State.NONE: "Tệp này không có chữ ký.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One signature. ``stamped``: its time is that of a trusted time stamp, not the signer's own word."""

    state: State
    field: str
    signer: Signer
    at: dt.datetime | None
    stamped: bool = False

    @property
    def sentence(self) -> str:
        """For people."""
        return SENTENCES[self.state]


@dataclass(frozen=True, slots=True)
class Trust:
    """Authorities that are believed, and lists of what they revoked."""

    roots: tuple[x509.Certificate, ...]
    revoked: tuple[crl.CertificateList, ...] = ()


def trust_of(folder: Path) -> Trust:
    """Every certificate (.pem, .crt, .cer) and every revocation list (.crl) of a folder; raises FinalError."""
    roots: list[x509.Certificate] = []
    lists: list[crl.CertificateList] = []
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix in {".pem", ".crt", ".cer", ".der"}:
                roots += load_certs_from_pemder_data(path.read_bytes())
            elif path.suffix == ".crl":
                lists.append(crl.CertificateList.load(_der(path.read_bytes())))
    except (OSError, ValueError) as cause:
        raise FinalError(f"Không đọc được nơi cấp chứng thư trong {folder}: {cause}.") from cause
    if not roots:
        raise FinalError(f"Trong {folder} không có chứng thư nào của nơi cấp (.pem, .crt, .cer).")
    return Trust(tuple(roots), tuple(lists))


def _der(data: bytes) -> bytes:
    return pem.unarmor(data)[2] if pem.detect(data) else data


def verify_pdf(data: bytes, trust: Trust, now: dt.datetime) -> list[Verdict]:
    """One verdict a signature, oldest first; one alone says that there is none, or that the file is not readable."""
    if len(data) > MOST_BYTES:
        raise FinalError(f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB: không kiểm tra.")
    try:
        return asyncio.run(_verdicts(data, trust, now))
    except Exception:  # noqa: BLE001 - whatever a parser throws at what an attacker wrote, the file is not good
        return [Verdict(State.UNREADABLE, "", Signer("?"), None)]


async def _verdicts(data: bytes, trust: Trust, now: dt.datetime) -> list[Verdict]:
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    found = list(reader.embedded_regular_signatures)
    if not found:
        return [Verdict(State.NONE, "", Signer("?"), None)]
    if len(found) > MOST_SIGNATURES:
        raise PdfReadError("too many signatures")
    last = len(found) - 1
    return [await _verdict(one, trust, now, is_last=number == last) for number, one in enumerate(found)]


async def _verdict(one: EmbeddedPdfSignature, trust: Trust, now: dt.datetime, *, is_last: bool) -> Verdict:
    at, stamped = one.self_reported_timestamp, False
    status = await _validated(one, trust, at or now, now)
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid and stamp.trusted:
        at, stamped = stamp.timestamp, True
        status = await _validated(one, trust, at, now)
    state = _state(status, at, now, is_last=is_last)
    return Verdict(state, one.field_name, signer_of(one.signer_cert), at, stamped)


async def _validated(one: EmbeddedPdfSignature, trust: Trust, at: dt.datetime, now: dt.datetime) -> PdfSignatureStatus:
    """The signer's chain as it was at ``at``, that of the time stamp as it is now."""
    usage = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)
    return await async_validate_pdf_signature(one, _context(trust, at), _context(trust, now), key_usage_settings=usage)


def _context(trust: Trust, at: dt.datetime) -> ValidationContext:
    """Nothing is fetched: the box may be offline, and a file must not make it call anybody."""
    return ValidationContext(
        trust_roots=list(trust.roots),
        moment=at,
        best_signature_time=at,
        crls=list(trust.revoked),
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _state(status: PdfSignatureStatus, at: dt.datetime | None, now: dt.datetime, *, is_last: bool) -> State:
    if not status.intact or _changed_since(status, is_last=is_last):
        return State.CHANGED
    if not status.valid:
        return State.WRONG_KEY
    certificate = status.signing_cert
    if at is None or not certificate.not_valid_before <= at <= min(certificate.not_valid_after, now + AHEAD):
        return State.EXPIRED
    if status.revoked:
        return State.REVOKED
    return State.VALID if status.trusted else State.UNKNOWN_AUTHORITY


def _changed_since(status: PdfSignatureStatus, *, is_last: bool) -> bool:
    """After the last signature nothing may follow; after an earlier one only the next signatures, in their fields."""
    if is_last:
        return status.coverage is not SignatureCoverageLevel.ENTIRE_FILE
    level = status.modification_level
    return level is None or level > ModificationLevel.FORM_FILLING or not status.docmdp_ok


def told(verdicts: Sequence[Verdict]) -> list[str]:
    """Lines for people."""
    lines = []
    for one in verdicts:
        lines.append(one.sentence)
        if one.state is not State.NONE and one.state is not State.UNREADABLE:
            whence = "theo dấu thời gian" if one.stamped else "theo máy của người ký"
            when = f"{one.at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y} ({whence})" if one.at else "không ghi giờ"
            lines.append(f"  Người ký: {one.signer.words}. Lúc ký: {when}.")
    return lines
