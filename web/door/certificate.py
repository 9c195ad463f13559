"""The commune's authority for browsers, and the certificate of its door.

An authority of its own, apart from that of horns and broker: officials carry it on their own phones, so it may vouch
for this one name and private addresses and for nothing else on earth (name constraints, RFC 5280 4.2.1.10). Whoever
steals its key reads no bank's page.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from edge.core.errors import MisconfiguredError

EARLY = dt.timedelta(days=1)
"""Certificates begin a day ago: a phone's clock may be slow."""
ROOT_LIFE = dt.timedelta(days=3650)
DOOR_LIFE = dt.timedelta(days=820)
"""iOS takes no server's certificate of more than 825 days (support.apple.com/103769)."""
_PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")


@dataclass(frozen=True, slots=True)
class DoorFiles:
    """What ``[nginx]`` names. The authority's own key is needed again only for the next certificate."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authority's certificate: what phones install."""
        return self.folder / "web-ca.pem"

    @property
    def ca_key(self) -> Path:
        """The authority's key."""
        return self.folder / "web-ca.key"

    @property
    def cert(self) -> Path:
        """The door's certificate."""
        return self.folder / "web.pem"

    @property
    def key(self) -> Path:
        """The door's key."""
        return self.folder / "web.key"


def make_certificate(folder: Path, commune: str, name: str, addresses: Sequence[str] = ()) -> DoorFiles:
    """Sign a new certificate for ``name`` and ``addresses``; the authority is made at the first time and kept.

    Raises MisconfiguredError for an address that is not private, and for an authority that may not vouch for ``name``.
    """
    files = DoorFiles(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not files.ca_key.exists():
        if files.ca.exists():
            raise MisconfiguredError(
                f"Đã có {files.ca} nhưng thiếu {files.ca_key.name}: chép nó từ nơi cất giữ về trước. "
                "Làm chứng thư gốc mới thì mọi điện thoại phải cài lại; nếu đúng là muốn thế, hãy xóa tệp kia."
            )
        _make_authority(files, commune, name)
    authority = x509.load_pem_x509_certificate(files.ca.read_bytes())
    _must_cover(authority, name, addresses)
    own = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(name), *(x509.IPAddress(ip_address(one)) for one in addresses)])
    signed = (
        _builder(name, authority.subject, own, DOOR_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(names, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]  # EC
            critical=False,
        )
        .sign(_load_key(files.ca_key), hashes.SHA256())
    )
    _write_key(files.key, own)
    files.cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return files


def _make_authority(files: DoorFiles, commune: str, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = f"Mõ Làng {commune}"[:64]
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    may = [x509.DNSName(name), *(x509.IPAddress(ip_network(one)) for one in _PRIVATE)]
    root = (
        _builder(subject, _named(subject), key, ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=may, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(files.ca_key, key)
    files.ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))


def _must_cover(authority: x509.Certificate, name: str, addresses: Sequence[str]) -> None:
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    names = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    if name not in names and not name.endswith(tuple(f".{one}" for one in names)):
        raise MisconfiguredError(
            f"Chứng thư gốc đã có chỉ dùng cho {', '.join(names)}, không cho {name}. Muốn đổi tên, hãy chuyển"
            " web-ca.pem và web-ca.key đi nơi khác rồi chạy lại: mọi điện thoại phải cài chứng thư mới."
        )
    for one in addresses:
        if not any(ip_address(one) in ip_network(network) for network in _PRIVATE):
            raise MisconfiguredError(f"{one}: không phải địa chỉ trong mạng nội bộ.")


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: dt.timedelta
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now - EARLY + life)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise MisconfiguredError(f"{path}: không phải khoá EC.")
    return key


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    draft.replace(path)
