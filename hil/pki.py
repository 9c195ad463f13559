"""The demo's certificate authority: one certificate per machine, EC P-256, common name = its name at the broker."""

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID = dt.timedelta(days=825)
EARLY = dt.timedelta(days=1)
"""Certificates begin a day ago: a node's clock may be slow."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The files of one machine, PEM, mode 0600 in a folder 0700."""

    cert: Path
    key: Path


class Authority:
    """A certificate authority in a folder; what is there already is used again."""

    def __init__(self, folder: Path, addresses: Sequence[str] = ("127.0.0.1",)) -> None:
        self._addresses = tuple(map(ipaddress.ip_address, addresses))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self.ca = folder / "ca.pem"
        if not (folder / "ca.key").exists():
            self._make_root()
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key
        self._root = x509.load_pem_x509_certificate(self.ca.read_bytes())

    def issue(self, name: str, *, serves: bool = True) -> Identity:
        """The certificate and key of this machine, as a client, and as a server at localhost and our addresses.

        What only asks others, as a relay node does, gets ``serves=False``: stolen, it cannot play the broker.
        """
        identity = Identity(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        if not identity.cert.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            _write(identity.key, _key_pem(key))
            _write(identity.cert, _pem(self._sign(name, key, serves=serves)))
        return identity

    def _make_root(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject("Mõ Làng demo CA")
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        root = (
            _builder(subject, subject, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _write(self._folder / "ca.key", _key_pem(key))
        _write(self.ca, _pem(root))

    def _sign(self, name: str, key: ec.EllipticCurvePrivateKey, *, serves: bool) -> x509.Certificate:
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), *map(x509.IPAddress, self._addresses)])
        asks = ExtendedKeyUsageOID.CLIENT_AUTH
        uses = x509.ExtendedKeyUsage([asks, ExtendedKeyUsageOID.SERVER_AUTH] if serves else [asks])
        return (
            _builder(_subject(name), self._root.subject, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .add_extension(uses, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + VALID)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
