"""How a box asks for its certificate: the claim token, and the messages at the hub's door of enrolment."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError
from edge.kernel.wire.order import RUBBISH

AUTHORITY_PATH = "/v1/enrolment/authority"
REQUESTS_PATH = "/v1/enrolment/requests"
PROOF_PATH = "/v1/enrolment/proof"
RENEWAL_PATH = "/v1/enrolment/renewal"
ME_PATH = "/v1/enrolment/me"
MAX_MESSAGE_BYTES = 32 * 1024
TOKEN = "ML1"  # noqa: S105 - the mark of a token, not one
SECRET_BYTES, FINGERPRINT_BYTES, CHECK_BYTES = 16, 16, 3
"""128 bits that nobody guesses; 128 bits of the authority's sha256; 3 against slips of the pen: 56 letters in all."""

Pem = Annotated[str, Meta(min_length=1, max_length=8 * 1024)]


@dataclass(frozen=True, slots=True)
class ClaimToken:
    """What a technician carries from the province to the box: a secret for one use, and whom to believe."""

    secret: bytes
    authority_sha256: bytes

    @classmethod
    def new(cls, authority_sha256: bytes) -> "ClaimToken":
        """A fresh one."""
        return cls(secrets.token_bytes(SECRET_BYTES), authority_sha256[:FINGERPRINT_BYTES])

    @classmethod
    def parse(cls, text: str) -> "ClaimToken":
        """Read what ``str`` wrote; raises FinalError on anything else."""
        mark, _, rest = text.strip().partition(".")
        try:
            raw = base64.b32decode(rest.upper())
        except (binascii.Error, ValueError) as cause:
            raise FinalError("Mã ghi danh chép sai.") from cause
        body, check = raw[:-CHECK_BYTES], raw[-CHECK_BYTES:]
        if mark != TOKEN or len(body) != SECRET_BYTES + FINGERPRINT_BYTES or _check(body) != check:
            raise FinalError("Mã ghi danh chép sai.")
        return cls(body[:SECRET_BYTES], body[SECRET_BYTES:])

    def fits(self, certificate_sha256: bytes) -> bool:
        """Whether this is the authority that the token means."""
        return certificate_sha256[:FINGERPRINT_BYTES] == self.authority_sha256

    def __str__(self) -> str:
        """Letters, and digits without 0, 1, 8 and 9."""
        raw = self.secret + self.authority_sha256
        return f"{TOKEN}.{base64.b32encode(raw + _check(raw)).decode()}"


def _check(raw: bytes) -> bytes:
    return binascii.crc32(raw).to_bytes(4, "big")[:CHECK_BYTES]


class AskCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new box asks; ``secret`` is the token's, hex."""

    secret: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    request: Pem


class Asked(msgspec.Struct, frozen=True):
    """It waits for a person of the province; ``id`` asks again."""

    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    source: Annotated[str, Meta(max_length=60)]


class Answered(msgspec.Struct, frozen=True):
    """How it stands. ``command_key`` is the province's, hex; empty where it sends no commands."""

    state: Literal["pending", "approved", "refused"]
    certificate: Annotated[str, Meta(max_length=16 * 1024)] = ""
    command_key: Annotated[str, Meta(max_length=64)] = ""
    reason: Annotated[str, Meta(max_length=400)] = ""
    now_ms: int = 0


class AskRenewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another certificate for another key, over mutual TLS."""

    request: Pem


class AskByProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same where the old certificate is over: its key signs the request (edge.kernel.identity.prove)."""

    certificate: Pem
    request: Pem
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{16,200}\Z")]


class Renewed(msgspec.Struct, frozen=True):
    """The new certificate, valid beside the old one until it was used."""

    certificate: Annotated[str, Meta(max_length=16 * 1024)]
    now_ms: int = 0


class Me(msgspec.Struct, frozen=True):
    """Who the hub takes the caller for."""

    source: Annotated[str, Meta(max_length=60)]
    serial: Annotated[str, Meta(max_length=64)]
    now_ms: int = 0


T = TypeVar("T", bound=msgspec.Struct)


def read_message(raw: bytes, kind: type[T]) -> T:
    """A message of this kind; raises FinalError on rubbish."""
    if len(raw) > MAX_MESSAGE_BYTES:
        raise FinalError("Thông điệp quá dài.")
    try:
        return msgspec.json.decode(raw, type=kind)
    except RUBBISH as cause:
        raise FinalError(f"Thông điệp sai khuôn dạng: {str(cause)[:200]}.") from cause
