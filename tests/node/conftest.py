import datetime as dt
import ipaddress
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.devices.relay_amp_modbus.fake import FakeRelayAmp
from edge.kernel.signing import OrderKey
from edge.kernel.wire.node import NodeSetup
from edge.workers.player.fake_card import FakeCard
from tests.node.bench import HAMLET, HORN, Bench, Certs, Media, Orders, running_node
from tests.tone import write_tone


@pytest.fixture(scope="session")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Certs:
    folder = tmp_path_factory.mktemp("certs")
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("commune", ca_key, None, None)
    paths = {"ca": _pem(folder / "ca.pem", ca)}
    for name, common in (("server", "box"), ("node", HORN)):
        key = ec.generate_private_key(ec.SECP256R1())
        paths[f"{name}_cert"] = _pem(folder / f"{name}.pem", _certificate(common, key, ca, ca_key))
        paths[f"{name}_key"] = _pem(folder / f"{name}.key", key)
    return Certs(**paths)


def _certificate(
    common: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer.subject if issuer else name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return builder.add_extension(here, critical=False).sign(issuer_key or key, hashes.SHA256())


def _pem(path: Path, thing: x509.Certificate | ec.EllipticCurvePrivateKey) -> str:
    if isinstance(thing, x509.Certificate):
        path.write_bytes(thing.public_bytes(serialization.Encoding.PEM))
    else:
        plain = serialization.NoEncryption()
        path.write_bytes(thing.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    path.chmod(0o644)  # mosquitto reads them as another user
    return str(path)


@pytest.fixture
def address() -> str:
    """Where the box's servers listen; tests across network namespaces have another."""
    return "127.0.0.1"


@pytest.fixture
async def media(certs: Certs, address: str) -> AsyncIterator[Media]:
    media = Media()
    app = web.Application()
    app.router.add_get("/media/{sha256}", media.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, address, 0, ssl_context=certs.server_context())
    await site.start()
    media.url = f"https://{address}:{runner.addresses[0][1]}/media"
    yield media
    await runner.cleanup()


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Callable[[float], bytes]:
    """A tone of so many seconds as the bytes of an Ogg Opus file; made once each."""
    folder = tmp_path_factory.mktemp("tones")

    def tone(seconds: float) -> bytes:
        path = folder / f"{seconds:g}.opus"
        if not path.exists():
            write_tone(path, seconds)
        return path.read_bytes()

    return tone


@pytest.fixture
async def board(card: FakeCard) -> AsyncIterator[FakeRelayAmp]:
    """Current flows while sound came to the card within the last 0.3 s."""

    def current_ma() -> int:
        return 850 if card.heard and time.monotonic() - card.heard[-1].steady < 0.3 else 20

    board = FakeRelayAmp(current_ma)
    board.plug_in()
    yield board
    await board.close()


@pytest.fixture
def card(tmp_path: Path) -> Iterator[FakeCard]:
    card = FakeCard(tmp_path / "card.sock")
    yield card
    card.close()


@pytest.fixture
def setup(tmp_path: Path, certs: Certs, media: Media, board: FakeRelayAmp, card: FakeCard, key: OrderKey) -> NodeSetup:
    return NodeSetup(
        horn=HORN,
        hamlets=(HAMLET,),
        data_folder=str(tmp_path / "node"),
        media_url=media.url,
        tls_ca=certs.ca,
        tls_cert=certs.node_cert,
        tls_key=certs.node_key,
        order_keys={key.key_id: key.public_hex},
        amplifier_kind="relay_amp_modbus",
        amplifier={"device": board.path, "relay_unit": 1, "relay_channel": 1, "amp_unit": 2},
        sound_kind="unix",
        sound={"path": card.path},
        cache_mb=8,
        state_every_s=10.0,
    )


@pytest.fixture
def key(tmp_path: Path) -> OrderKey:
    return OrderKey.load_or_make(tmp_path / "order.key")


@pytest.fixture
def orders(key: OrderKey) -> Orders:
    return Orders(key)


@pytest.fixture
async def bench(setup: NodeSetup, orders: Orders, media: Media) -> AsyncIterator[Bench]:
    async with running_node(setup, orders, media) as bench:
        yield bench
