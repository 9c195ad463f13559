"""The province's certificate authority: it signs for boxes and for the hub itself. One folder, files 0600."""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from edge.core.errors import MisconfiguredError
from edge.kernel.disk import SECRET, write_atomically
from edge.kernel.identity import certificate_pem, key_pem, new_key
from edge.kernel.signing import write_new_key

ROOT_LIFE = dt.timedelta(days=20 * 365)
SERVER_LIFE = dt.timedelta(days=397)
BOX_LIFE = dt.timedelta(days=30)
"""Short: a stolen box is harmless soon even where nobody tells the hub. It renews itself at two thirds."""
EARLY = dt.timedelta(days=1)
"""Certificates begin a day ago: a clock may be slow."""
CA_KEY, CA_CERTIFICATE, COMMAND_KEY = "ca.key", "ca.pem", "command.key"
PASSPHRASE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs. Load it with ``load_authority``."""

    root: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def for_box(
        self, public: ec.EllipticCurvePublicKey, name: str, now: dt.datetime, life: dt.timedelta = BOX_LIFE
    ) -> x509.Certificate:
        """For a box: it may only ask, never serve."""
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._signed(self._builder(public, name, now, life).add_extension(uses, critical=False))

    def for_person(self, public: ec.EllipticCurvePublicKey, name: str, now: dt.datetime) -> x509.Certificate:
        """For somebody of the province: ``province-<word>`` sees, ``commander-<word>`` also commands."""
        return self.for_box(public, name, now, SERVER_LIFE)

    def for_hub(
        self, public: ec.EllipticCurvePublicKey, addresses: Sequence[str], now: dt.datetime
    ) -> x509.Certificate:
        """For the hub's own doors at these names and addresses."""
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        names = x509.SubjectAlternativeName([_general(address) for address in addresses])
        builder = self._builder(public, "hub", now, SERVER_LIFE).add_extension(uses, critical=False)
        return self._signed(builder.add_extension(names, critical=False))

    def _builder(
        self, public: ec.EllipticCurvePublicKey, name: str, now: dt.datetime, life: dt.timedelta
    ) -> x509.CertificateBuilder:
        ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return (
            _dated(_named(name), self.root.subject, now - EARLY, min(now + life, self.root.not_valid_after_utc))
            .public_key(public)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(ours, critical=False)
        )

    def _signed(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        return builder.sign(self.key, hashes.SHA256())


def make_authority(folder: Path, name: str, now: dt.datetime, passphrase: str = "") -> None:
    """Root key and certificate and the key of commands, once; raises MisconfiguredError when they are there."""
    if (folder / CA_KEY).exists():
        raise MisconfiguredError(f"{folder}: đã có khóa gốc, không làm lại: mọi hộp đang tin khóa này.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = new_key()
    root = (
        _dated(_named(name), _named(name), now - EARLY, now + ROOT_LIFE)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signs_certificates(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_new_key(folder / COMMAND_KEY)
    write_atomically(folder / CA_CERTIFICATE, certificate_pem(root))
    write_atomically(folder / CA_KEY, _sealed(key, passphrase), SECRET)


def load_authority(folder: Path, passphrase: str = "") -> Authority:
    """The authority in this folder; raises MisconfiguredError naming what is wrong."""
    path = folder / CA_KEY
    try:
        if path.stat().st_mode & 0o077:
            raise MisconfiguredError(f"{path}: người khác đọc được khóa gốc, hãy chmod 600.")
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode() or None)
        root = x509.load_pem_x509_certificate((folder / CA_CERTIFICATE).read_bytes())
    except OSError as cause:
        raise MisconfiguredError(f"{folder}: không đọc được khóa gốc: {cause.strerror}.") from cause
    except (ValueError, TypeError) as cause:
        raise MisconfiguredError(f"{path}: không mở được khóa gốc (sai mật khẩu?): {cause}.") from cause
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != root.public_key():
        raise MisconfiguredError(f"{folder}: khóa gốc và chứng thư gốc không phải một cặp.")
    return Authority(root, key)


def _sealed(key: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    if not passphrase:
        return key_pem(key)
    if len(passphrase.encode()) < PASSPHRASE_BYTES:
        raise MisconfiguredError(f"Mật khẩu của khóa gốc phải dài ít nhất {PASSPHRASE_BYTES} byte.")
    lock = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def _dated(subject: x509.Name, issuer: x509.Name, begin: dt.datetime, end: dt.datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signs_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)
