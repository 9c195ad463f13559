"""Whether what came is a genuine command for this box. The signature is looked at before anything is read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from edge.core.errors import FinalError
from edge.kernel.statement import is_signed
from edge.kernel.wire.command import Command, SignedCommand, kind_of, read_command
from edge.store.province_commands import CommandRow


class Reason(StrEnum):
    """Why a command is refused; the word travels to the province."""

    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MALFORMED = "malformed"
    NOT_FOR_US = "not_for_us"
    REPLAYED = "replayed"
    EXPIRED = "expired"
    WRONG_TIMES = "wrong_times"
    NOT_ACCEPTED_KEY = "not_accepted_key"
    EXERCISE = "exercise"
    TOO_MANY = "too_many"
    IMPOSSIBLE = "impossible"


SENTENCES = {
    Reason.UNKNOWN_KEY: "Lệnh ký bằng khóa lạ.",
    Reason.BAD_SIGNATURE: "Chữ ký của lệnh không đúng.",
    Reason.NOT_FOR_US: "Lệnh dành cho hộp khác.",
    Reason.REPLAYED: "Mã hoặc số thứ tự của lệnh đã dùng cho lệnh khác.",
    Reason.EXPIRED: "Lệnh đã hết hạn.",
    Reason.WRONG_TIMES: "Giờ hiệu lực của lệnh không thể đúng.",
    Reason.NOT_ACCEPTED_KEY: "Bản tin khẩn ký bằng khóa mà xã chưa nhận, hoặc đã thu hồi.",
    Reason.EXERCISE: "Bản tin thử hoặc diễn tập: không phát ra loa.",
}


@dataclass(frozen=True, slots=True)
class Genuine:
    """Signed by the pinned key, for this box."""

    command: Command
    row: CommandRow


@dataclass(frozen=True, slots=True)
class Forged:
    """Anything else. ``digest`` names what came, all of it."""

    digest: str
    reason: Reason
    detail: str


def check(came: SignedCommand, keys: Mapping[str, str], source: str) -> Genuine | Forged:
    """``keys`` are the province's, pinned at enrolment: key id -> public key, hex."""
    whole = hashlib.sha256(f"{came.key_id}\n{came.sig}\n{came.body}".encode(errors="replace")).hexdigest()
    public = keys.get(came.key_id)
    if public is None:
        return Forged(whole, Reason.UNKNOWN_KEY, SENTENCES[Reason.UNKNOWN_KEY])
    if not is_signed(came.statement, public):
        return Forged(whole, Reason.BAD_SIGNATURE, SENTENCES[Reason.BAD_SIGNATURE])
    try:
        command = read_command(came.body)
    except FinalError as error:
        return Forged(whole, Reason.MALFORMED, str(error)[:300])
    if command.source != source:
        return Forged(whole, Reason.NOT_FOR_US, SENTENCES[Reason.NOT_FOR_US])
    return Genuine(command, row_of(command, came.body))


def row_of(command: Command, body: str) -> CommandRow:
    """As the store keeps it."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    return CommandRow(command.id, command.seq, kind_of(command.order), digest, body, command.nbf_ms, command.exp_ms)
