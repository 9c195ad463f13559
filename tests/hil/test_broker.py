import asyncio
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiomqtt
import pytest

from hil.broker import MOSQUITTO, BrokerSetup, write_broker
from hil.pki import Authority, Identity
from hil.ports import free_ports, listens

NODES = {"loa-1": ("dong",), "loa-2": ("doai",)}
SILENCE_S = 0.4


@dataclass(frozen=True)
class Broker:
    port: int
    authority: Authority

    def client(self, name: str, identity: Identity | None = None) -> aiomqtt.Client:
        identity = identity or self.authority.issue(name)
        context = ssl.create_default_context(cafile=str(self.authority.ca))
        context.load_cert_chain(identity.cert, identity.key)
        return aiomqtt.Client("127.0.0.1", self.port, tls_context=context, timeout=5)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not Path(MOSQUITTO).exists():
        pytest.skip("mosquitto is not installed")
    folder = tmp_path_factory.mktemp("broker")
    authority = Authority(folder / "pki")
    (port,) = free_ports([0])
    setup = BrokerSetup("xa-thu", port, authority.ca, authority.issue("broker"), "hop", NODES, ("mua-1",))
    process = subprocess.Popen(write_broker(folder / "broker", setup), stderr=subprocess.PIPE)
    deadline = time.monotonic() + 10
    while not listens(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield Broker(port, authority)
    process.terminate()
    process.wait(5)


async def heard(broker: Broker, listener: str, topic: str, speaker: str, said_on: str) -> bool:
    """Whether `listener`, subscribed to `topic`, gets what `speaker` says on `said_on`."""
    async with AsyncExitStack() as lines:
        ears = await lines.enter_async_context(broker.client(listener))
        mouth = ears if listener == speaker else await lines.enter_async_context(broker.client(speaker))
        await ears.subscribe(topic, qos=1)
        await mouth.publish(said_on, b"x", qos=1)
        try:
            async with asyncio.timeout(SILENCE_S):
                async for message in ears.messages:
                    return str(message.topic) == said_on
        except TimeoutError:
            pass
        return False


ROOT = "xa/xa-thu"


@pytest.mark.parametrize(
    ("listener", "topic", "speaker", "allowed"),
    [
        ("loa-1", "node/loa-1/cmd", "hop", True),
        ("loa-1", "zone/dong/cmd", "hop", True),
        ("loa-1", "zone/all/cmd", "hop", True),
        ("loa-1", "live/noi-1", "hop", True),
        ("hop", "node/loa-1/ack", "loa-1", True),
        ("hop", "sensor/mua-1/reading", "mua-1", True),
        # A node gives no orders, not even to itself.
        ("loa-2", "node/loa-2/cmd", "loa-1", False),
        ("loa-1", "node/loa-1/cmd", "loa-1", False),
        ("loa-1", "zone/all/cmd", "loa-2", False),
        ("loa-1", "live/noi-1", "loa-2", False),
        ("loa-1", "node/loa-1/cmd", "mua-1", False),
        # A node does not speak for another, and reads nothing of another.
        ("hop", "node/loa-2/ack", "loa-1", False),
        ("loa-1", "node/loa-2/cmd", "hop", False),
        ("loa-1", "zone/doai/cmd", "hop", False),
        ("loa-1", "node/loa-2/state", "loa-2", False),
        ("hop", "sensor/mua-1/reading", "loa-1", False),
    ],
)
async def test_the_access_list_lets_through_what_protocols_say(
    broker: Broker, listener: str, topic: str, speaker: str, allowed: bool
) -> None:
    assert await heard(broker, listener, f"{ROOT}/{topic}", speaker, f"{ROOT}/{topic}") is allowed


async def test_a_node_cannot_listen_to_everything_by_a_wildcard(broker: Broker) -> None:
    assert not await heard(broker, "loa-1", f"{ROOT}/#", "hop", f"{ROOT}/node/loa-2/cmd")


async def test_a_certificate_of_another_authority_is_refused(broker: Broker, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger").issue("hop")
    with pytest.raises(aiomqtt.MqttError):
        async with broker.client("hop", identity=stranger):
            pass


async def test_no_certificate_no_connection(broker: Broker) -> None:
    context = ssl.create_default_context(cafile=str(broker.authority.ca))
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client("127.0.0.1", broker.port, tls_context=context, timeout=5):
            pass


async def test_a_node_that_calls_itself_the_box_does_not_cut_the_boxs_line(broker: Broker) -> None:
    """By MQTT the second client with an identifier ends the session of the first: here a name is only its own."""
    box, thief = broker.authority.issue("hop"), broker.authority.issue("loa-1")

    def client(identity: Identity) -> aiomqtt.Client:
        tls = ssl.create_default_context(cafile=str(broker.authority.ca))
        tls.load_cert_chain(identity.cert, identity.key)
        return aiomqtt.Client("127.0.0.1", broker.port, identifier="box", clean_session=False, tls_context=tls)

    async with client(box) as ears:
        await ears.subscribe(f"{ROOT}/node/+/ack", qos=1)
        async with client(thief) as mouth:
            await mouth.publish(f"{ROOT}/node/loa-1/ack", b"x", qos=1)
            async with asyncio.timeout(SILENCE_S):
                assert str((await anext(aiter(ears.messages))).topic) == f"{ROOT}/node/loa-1/ack"
