"""Signatures by the key of a TLS certificate: what the province signs is judged by the authority a box trusts."""

import datetime as dt
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from edge.core.errors import FinalError, MisconfiguredError

STRANGER = "Biên nhận không phải do đầu tỉnh của hộp này ký."


def signer_of(key: Path) -> Callable[[bytes], bytes]:
    """Signs with this private key (PEM: EC, RSA or Ed25519); raises MisconfiguredError."""
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as cause:
        raise MisconfiguredError(f"{key}: không đọc được khóa: {cause}.") from cause
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return lambda data: private.sign(data, ec.ECDSA(hashes.SHA256()))
    if isinstance(private, rsa.RSAPrivateKey):
        return lambda data: private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign
    raise MisconfiguredError(f"{key}: loại khóa không dùng được.")


def verifier_of(pem: str, ca: Path, host: str, at: dt.datetime) -> Callable[[bytes, bytes], bool]:
    """Judges signatures of this certificate, if the authority ``ca`` gave it to the server ``host``.

    Raises FinalError when it did not, or when it was not valid at that time.
    """
    try:
        cert = x509.load_pem_x509_certificate(pem.encode())
        roots = x509.load_pem_x509_certificates(ca.read_bytes())
    except (OSError, ValueError) as cause:
        raise FinalError(STRANGER) from cause
    if not any(_issued(cert, root) for root in roots) or not _serves(cert, host):
        raise FinalError(STRANGER)
    if not cert.not_valid_before_utc <= at <= cert.not_valid_after_utc:
        raise FinalError("Chứng thư của tỉnh trên biên nhận không có giá trị vào lúc ký.")
    public = cert.public_key()

    def verify(data: bytes, signature: bytes) -> bool:
        try:
            _check(public, data, signature)
        except (InvalidSignature, ValueError):
            return False
        return True

    return verify


def _issued(cert: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        cert.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _serves(cert: x509.Certificate, host: str) -> bool:
    """Whether it is a server's, under this name or address (RFC 6125; no wildcards)."""
    try:
        names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uses = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    if x509.oid.ExtendedKeyUsageOID.SERVER_AUTH not in uses:
        return False
    try:
        return ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        return host.lower() in (name.lower() for name in names.get_values_for_type(x509.DNSName))


def _check(public: object, data: bytes, signature: bytes) -> None:
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    elif isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, data)
    else:
        raise InvalidSignature
