"""Signs a PDF as PAdES B-B, or B-T where a time stamp authority is configured."""

import asyncio
import datetime as dt
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import CertificateStore

from edge.core.errors import FinalError, TransientError
from edge.workers.signing.stamp import signer_of, stamp

TSA_S = 20.0
NEW_FIELD = "ChuKy"
BOX = (330, 60, 540, 128)
"""Of a signature on a file that has no field for it: the lower right corner of its last page, points."""


@dataclass(frozen=True, slots=True)
class Wish:
    """``field``: which one, empty: the last that is empty. ``place``: where. ``tsa``: empty: no time stamp."""

    field: str = ""
    reason: str = ""
    place: str = ""
    tsa: str = ""
    chain: Sequence[x509.Certificate] = ()


def sign_pdf(data: bytes, signer: Signer, wish: Wish, now: dt.datetime) -> bytes:
    """The file with one signature more; its first bytes are ``data`` unchanged.

    Raises FinalError for a certificate that is not valid now and for a file that cannot be signed, TransientError when
    the time stamp authority or the token does not answer.
    """
    certificate = signer.signing_cert
    if certificate is None:
        raise FinalError("Thiết bị ký không có chứng thư của khoá này.")
    _must_be_valid(certificate, now)
    if isinstance(signer.cert_registry, CertificateStore):
        signer.cert_registry.register_multiple(wish.chain)
    try:
        with tempfile.TemporaryDirectory() as folder:
            look = stamp(signer_of(certificate), now, Path(folder))
            return asyncio.run(_signed(data, signer, wish, look))
    except TimestampRequestError as cause:
        raise TransientError(f"Nơi cấp dấu thời gian không trả lời: {cause}.") from cause
    except SigningError as cause:
        raise TransientError(f"Thiết bị ký không ký được: {cause}.") from cause
    except (PdfError, ValueError) as cause:
        raise FinalError(f"Không ký được tệp này: {cause}.") from cause


async def _signed(data: bytes, signer: Signer, wish: Wish, look: StaticStampStyle) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    field = wish.field or _last_empty(writer)
    certificate = signer.signing_cert
    assert certificate is not None
    meta = PdfSignatureMetadata(
        field_name=field or NEW_FIELD,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        name=signer_of(certificate).name,
        reason=wish.reason or None,
        location=wish.place or None,
    )
    job = PdfSigner(
        meta,
        signer,
        timestamper=HTTPTimeStamper(wish.tsa, timeout=TSA_S) if wish.tsa else None,
        stamp_style=look,
        new_field_spec=None if field else SigFieldSpec(NEW_FIELD, on_page=-1, box=BOX),
    )
    out = await job.async_sign_pdf(writer)
    return bytes(out.getvalue())


def _last_empty(writer: IncrementalPdfFileWriter) -> str:
    """The rightmost place on our reports: the head of the office."""
    return next(reversed([name for name, value, _ in enumerate_sig_fields(writer) if value is None]), "")


def _must_be_valid(certificate: x509.Certificate, now: dt.datetime) -> None:
    if now > certificate.not_valid_after:
        raise FinalError(f"Chứng thư đã hết hạn ngày {certificate.not_valid_after:%d/%m/%Y}: không ký.")
    if now < certificate.not_valid_before:
        raise FinalError(f"Chứng thư chưa có hiệu lực (từ {certificate.not_valid_before:%d/%m/%Y}): không ký.")
