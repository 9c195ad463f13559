"""A new box asks the province for its certificate. The key is made here and never leaves this folder."""

import ssl
from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.kernel.clock import Clock
from edge.kernel.disk import write_atomically
from edge.kernel.identity import (
    certificate_sha256,
    common_name_of,
    is_issued_by,
    key_sha256,
    read_certificate,
    request_for,
    spoken_fingerprint,
)
from edge.kernel.tls_time import KnownTime, client_context
from edge.kernel.wire.enrolment import (
    AUTHORITY_PATH,
    REQUESTS_PATH,
    Answered,
    AskCertificate,
    Asked,
    ClaimToken,
)
from edge.sync.enrolment.door import ask, fetch
from edge.sync.enrolment.files import IdentityFiles, Told


@dataclass(frozen=True, slots=True)
class Waiting:
    """It was asked; a person of the province compares ``fingerprint`` aloud."""

    fingerprint: str
    source: str


async def begin(door: str, token: ClaimToken, files: IdentityFiles, source: str, clock: Clock) -> Waiting:
    """Ask with a token; asked again it is the same request. Raises NoAnswerError, or FinalError with a sentence."""
    files.make()
    root = await _authority(door, token)
    if files.next_pair.exists():
        files.drop_next()  # a renewal was under way: this is another request
    write_atomically(files.next_ca, root)
    key = files.next_key()
    name = box_name(source)
    request = request_for(key, name).decode()
    tls = client_context(files.next_ca, KnownTime(clock))
    asked = await ask(door + REQUESTS_PATH, tls, Asked, AskCertificate(token.secret.hex(), request))
    if asked.source != source:
        raise FinalError(f"Mã này dành cho {asked.source}, hộp này là {source}.")
    files.remember(Told(door, asked.id))
    return Waiting(spoken_fingerprint(key_sha256(key.public_key())), source)


async def finish(files: IdentityFiles, source: str, clock: Clock) -> bool:
    """Fetch the certificate; False while nobody has decided. Raises FinalError when it was refused, or is not ours."""
    told = files.told()
    if told is None or not told.request:
        raise FinalError("Hộp này chưa xin ghi danh: hãy chạy với --hub và --token.")
    stands = await ask(
        f"{told.door}{REQUESTS_PATH}/{told.request}", client_context(files.next_ca, KnownTime(clock)), Answered
    )
    if stands.state == "pending":
        return False
    if stands.state == "refused":
        files.drop_next()
        files.remember(Told(told.door))
        raise FinalError(f"Tỉnh từ chối ghi danh: {stands.reason or 'không ghi lý do'}.")
    key = files.next_key()
    root = files.next_ca.read_bytes()
    check_ours(stands.certificate, root, key_sha256(key.public_key()), source)
    files.pin(root, stands.command_key)
    files.keep_next(key, stands.certificate)
    files.remember(Told(told.door))
    files.take_over()
    return True


def check_ours(certificate: str, root: bytes, key_name: str, source: str) -> None:
    """Raises FinalError unless this authority has signed our key under our name."""
    given = read_certificate(certificate.encode())
    if not is_issued_by(given, read_certificate(root)) or key_sha256(given.public_key()) != key_name:
        raise FinalError("Chứng thư nhận được không phải cho khóa của hộp này.")
    if common_name_of(given) != box_name(source):
        raise FinalError("Chứng thư nhận được mang tên hộp khác.")


def box_name(source: str) -> str:
    """The common name of a box's certificate."""
    _, _, commune, _, box = source.split("/")
    return f"box-{commune}-{box}"


async def _authority(door: str, token: ClaimToken) -> bytes:
    """The authority's certificate from a hub that nobody vouches for yet: the token says whether it is the one."""
    stranger = ssl.create_default_context()
    stranger.check_hostname = False
    stranger.verify_mode = ssl.CERT_NONE
    root = await fetch(door + AUTHORITY_PATH, stranger)
    if not token.fits(certificate_sha256(read_certificate(root))):
        raise FinalError("Tỉnh này không phải nơi đã cấp mã ghi danh: hãy hỏi lại địa chỉ, đừng thử tiếp.")
    return root
