"""Keys and certificates of boxes: what box and hub must compute alike (X.509, RFC 5280; PKCS #10, RFC 2986)."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

from edge.core.errors import FinalError

MAX_PEM_BYTES = 8 * 1024
"""Five times the longest request that we make."""
PROOF = b"molang renewal by proof, version 1\n"
"""What the old key signs begins so: it never signs anything else that looks like this."""
BoxKey = ec.EllipticCurvePrivateKey


def new_key() -> BoxKey:
    """EC P-256: every TLS library of the last fifteen years takes it."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: BoxKey) -> bytes:
    """The private key, unencrypted: its file is the secret."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read_key(pem: bytes) -> BoxKey:
    """A private key that ``key_pem`` wrote, wherever in ``pem`` it stands; raises FinalError."""
    begin = pem.find(b"-----BEGIN PRIVATE KEY-----")
    try:
        key = serialization.load_pem_private_key(pem[max(begin, 0) :], password=None)
    except ValueError as cause:
        raise FinalError("Không phải khóa PEM.") from cause
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise FinalError("Không phải khóa EC.")
    return key


def request_for(key: BoxKey, common_name: str) -> bytes:
    """A certificate request (PEM), signed by its own key."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM)


def read_request(pem: bytes) -> x509.CertificateSigningRequest:
    """A request whose sender has its key; raises FinalError on rubbish, another curve, a wrong signature."""
    if len(pem) > MAX_PEM_BYTES:
        raise FinalError("Yêu cầu chứng thư quá dài.")
    try:
        request = x509.load_pem_x509_csr(pem)
        key = request.public_key()
        genuine = request.is_signature_valid
    except (ValueError, TypeError, InvalidSignature) as cause:
        raise FinalError("Không phải yêu cầu chứng thư.") from cause
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise FinalError("Khóa phải là EC P-256.")
    if not genuine:
        raise FinalError("Yêu cầu chứng thư không do chính khóa của nó ký.")
    return request


def read_certificate(pem: bytes) -> x509.Certificate:
    """The first certificate in this PEM text; raises FinalError when there is none."""
    begin = pem.find(b"-----BEGIN CERTIFICATE-----")
    if begin < 0 or len(pem) > 4 * MAX_PEM_BYTES:
        raise FinalError("Không phải chứng thư PEM.")
    try:
        return x509.load_pem_x509_certificate(pem[begin:])
    except ValueError as cause:
        raise FinalError("Không phải chứng thư PEM.") from cause


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def common_name_of(certificate: x509.Certificate) -> str:
    """Its only common name, or ""."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as the hub keeps it: hexadecimal, without leading zeros."""
    return f"{certificate.serial_number:X}"


def serial_shown(peer_certificate: Mapping[str, Any]) -> str:
    """The same from ``ssl.SSLSocket.getpeercert()``, which fills it up to whole bytes with a zero."""
    return f"{int(str(peer_certificate['serialNumber']), 16):X}"


def key_sha256(public: CertificatePublicKeyTypes) -> str:
    """The name of a public key: sha256 of its SubjectPublicKeyInfo, hex."""
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


def spoken_fingerprint(key_name: str) -> str:
    """A key's name for two people on the telephone: 24 digits by fours (79 bits of its sha256)."""
    digits = f"{int(key_name, 16) % 10**24:024d}"
    return " ".join(digits[at : at + 4] for at in range(0, 24, 4))


def certificate_sha256(certificate: x509.Certificate) -> bytes:
    """The fingerprint of a whole certificate, 32 bytes: what a claim token carries of the authority."""
    return certificate.fingerprint(hashes.SHA256())


def prove(old: BoxKey, request_pem: bytes) -> str:
    """The old key's signature over a request of the new one, hex."""
    return old.sign(PROOF + request_pem, ec.ECDSA(hashes.SHA256())).hex()


def is_proven(old: x509.Certificate, request_pem: bytes, proof_hex: str) -> bool:
    """Whether the key of this certificate signed exactly this request."""
    key = old.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(bytes.fromhex(proof_hex), PROOF + request_pem, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether this authority signed it."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def times_of(certificate: x509.Certificate) -> tuple[int, int]:
    """Not before and not after, UTC milliseconds."""
    return _ms(certificate.not_valid_before_utc), _ms(certificate.not_valid_after_utc)


def _ms(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)
