"""A token of an official in software (SoftHSM2), with a chain of certificates made for this one run."""

import datetime as dt
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hil.harness import ROOT, NotReadyError

MODULES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"))
LABEL, KEY = "chu-tich", "ky-bao-cao"
WHO = {
    NameOID.COMMON_NAME: "Nguyễn Văn Mẫu",
    NameOID.TITLE: "Chủ tịch",
    NameOID.ORGANIZATION_NAME: "UBND xã Kiến Giang",
    NameOID.COUNTRY_NAME: "VN",
}
SPAN = (dt.timedelta(days=-30), dt.timedelta(days=300))
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Chain:
    """An authority, one below it, and an official's certificate, with the keys of the last two."""

    root: x509.Certificate
    middle: x509.Certificate
    leaf: x509.Certificate
    middle_key: ec.EllipticCurvePrivateKey
    leaf_key: rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Token:
    """Where the token lies: the environment that finds it, the file of its PIN, the folder of trusted authorities."""

    module: Path
    env: Mapping[str, str]
    pin_file: Path
    roots: Path
    chain: Chain


def module() -> Path:
    """The library; raises NotReadyError where it is not installed."""
    for path in MODULES:
        if path.exists():
            return path
    raise NotReadyError("SoftHSM2 is not installed (Debian: softhsm2)")


def make_chain(span: tuple[dt.timedelta, dt.timedelta] = SPAN) -> Chain:
    """New keys and certificates; the official's is valid for ``span`` around now."""
    root_key, middle_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    leaf_key = rsa.generate_private_key(65537, 2048)
    top = {NameOID.COMMON_NAME: "CA gốc thử nghiệm", NameOID.COUNTRY_NAME: "VN"}
    below = {NameOID.COMMON_NAME: "CA cơ quan nhà nước thử nghiệm", NameOID.COUNTRY_NAME: "VN"}
    long = (dt.timedelta(days=-3650), dt.timedelta(days=3650))
    root = certificate(top, top, root_key, root_key, long, ca=True)
    middle = certificate(below, top, middle_key, root_key, long, ca=True)
    return Chain(root, middle, certificate(WHO, below, leaf_key, middle_key, span), middle_key, leaf_key)


def certificate(
    subject: Mapping[x509.ObjectIdentifier, str],
    issuer: Mapping[x509.ObjectIdentifier, str],
    key: Key,
    by: ec.EllipticCurvePrivateKey,
    span: tuple[dt.timedelta, dt.timedelta],
    *,
    ca: bool = False,
    stamps: bool = False,
) -> x509.Certificate:
    """One certificate. ``stamps``: of a time stamp authority (RFC 3161, 2.3)."""
    now = dt.datetime.now(dt.UTC)
    usage = dict.fromkeys(_USAGES, False) | dict.fromkeys(_CA_USES if ca else _SIGNER_USES, True)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + span[0])
        .not_valid_after(now + span[1])
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if not ca:
        builder = builder.add_extension(x509.CRLDistributionPoints([_CRL]), critical=False)
    return builder.sign(by, hashes.SHA256())


_CRL = x509.DistributionPoint([x509.UniformResourceIdentifier("http://ca.example/crl")], None, None, None)
"""Where such certificates say that their list is; nobody fetches it here."""


_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_CA_USES, _SIGNER_USES = ("key_cert_sign", "crl_sign"), ("digital_signature", "content_commitment")


def _named(parts: Mapping[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, words) for oid, words in parts.items()])


def make_token(folder: Path, chain: Chain | None = None) -> Token:
    """A token with the official's key and certificates, in ``folder``; its PIN is made up."""
    library = module()
    chain = chain or make_chain()
    for name in ("tokens", "roots"):
        (folder / name).mkdir(parents=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    env = {**os.environ, "SOFTHSM2_CONF": str(conf)}
    pin_file = folder / "pin"
    pin_file.touch(mode=0o600)
    pin_file.write_text("".join(secrets.choice("0123456789") for _ in range(8)))
    (folder / "roots" / "goc.pem").write_bytes(chain.root.public_bytes(serialization.Encoding.PEM))
    _write_chain(folder, chain)
    pin = pin_file.read_text()  # of a token that lives for one run: it may stand in an argument here
    init = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", pin, "--pin", pin]
    subprocess.run(init, env=env, check=True, timeout=60, capture_output=True)
    command = [sys.executable, "-m", "hil.prove.province.token_child", str(library), str(folder)]
    subprocess.run(command, env=env, cwd=ROOT, check=True, timeout=60, capture_output=True)
    return Token(library, env, pin_file, folder / "roots", chain)


def _write_chain(folder: Path, chain: Chain) -> None:
    der = serialization.Encoding.DER
    (folder / "leaf.der").write_bytes(chain.leaf.public_bytes(der))
    (folder / "middle.der").write_bytes(chain.middle.public_bytes(der))
    key = chain.leaf_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (folder / "key.der").write_bytes(key)
