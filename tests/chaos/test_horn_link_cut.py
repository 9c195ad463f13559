"""A relay node behind a link that fails, on another host: an order in its life sounds once, an expired one never."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes

import pytest

from edge.core.broadcast import AckState, Operation
from edge.core.moment import AtMs
from edge.kernel.wire.node import NodeSetup
from edge.workers.player.fake_card import FakeCard
from hil.pki import Authority
from tests.chaos.test_uplink_cut import FAULTS
from tests.chaos.wire import Wire
from tests.node.bench import HORN, Certs, Media, Orders, clip_on
from tests.node.broker import MOSQUITTO, Mosquitto, box_on, is_ready, node_toml, relay_node
from tests.tone import Tones

pytestmark = [pytest.mark.root, pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")]

CUT_S = 10.0
LIFE_S = 30.0
PATIENCE_S = 40.0
CLIP_BYTES = 35_000
"""Ten seconds of speech."""
THIN_KBIT = 256


@pytest.fixture
def address(wire: Wire) -> str:
    """The box and the test live at the near end."""
    return wire.near


@pytest.fixture
def certs(tmp_path: Path, address: str) -> Certs:
    authority = Authority(tmp_path / "pki", (address,))
    box, node = authority.issue("box"), authority.issue(HORN)
    return Certs(*map(str, (authority.ca, box.cert, box.key, node.cert, node.key)))


@pytest.fixture
def broker(certs: Certs, address: str) -> Iterator[Mosquitto]:
    with tempfile.TemporaryDirectory(prefix="molang-mosquitto-") as folder:
        broker = Mosquitto(Path(folder), certs, address)
        broker.start()
        yield broker
        broker.stop()


@pytest.fixture
def config(tmp_path: Path, setup: NodeSetup, broker: Mosquitto) -> Path:
    path = tmp_path / "node.toml"
    path.write_text(node_toml(setup, broker.address, broker.port))
    return path


def in_s(seconds: float) -> AtMs:
    return AtMs(time.time_ns() // 1_000_000 + round(seconds * 1000))


@pytest.mark.parametrize("fault", ["link down", "black hole"])
async def test_an_order_given_during_a_cut_sounds_once_afterwards_and_an_expired_one_never(
    wire: Wire, broker: Mosquitto, certs: Certs, orders: Orders, config: Path, media: Media, card: FakeCard,
    tones: Tones, fault: str,
) -> None:  # fmt: skip
    async with box_on(broker, certs, orders) as box, relay_node(config, wire.inside_far):
        await box.state(is_ready, PATIENCE_S)
        ref = clip_on(media, tones(0.5), 500)
        assert (await box.end_of(await box.order(Operation.PREPARE, ref))).state is AckState.READY
        FAULTS[fault](wire)
        expired = await box.order(Operation.PLAY, ref, exp_ms=in_s(CUT_S / 2))
        order = await box.order(Operation.PLAY, ref, exp_ms=in_s(LIFE_S))
        await asyncio.sleep(CUT_S)
        assert card.heard == []
        wire.mend()
        refused = await box.end_of(expired, PATIENCE_S)
        assert (refused.state, refused.code) == (AckState.REFUSED, "expired")
        end = await box.end_of(order, PATIENCE_S)
        assert end.state is AckState.DONE
        await box.state(lambda state: state.get("last_play") is not None and not state["amp_on"], PATIENCE_S)
        await asyncio.sleep(1)
    assert card.ms == end.played_ms


async def test_an_announcement_gets_through_a_thin_line(
    wire: Wire, broker: Mosquitto, certs: Certs, orders: Orders, config: Path, media: Media
) -> None:
    async with box_on(broker, certs, orders) as box, relay_node(config, wire.inside_far):
        await box.state(is_ready, PATIENCE_S)
        wire.choke(THIN_KBIT)
        ref = clip_on(media, token_bytes(CLIP_BYTES), 10_000)
        began = time.monotonic()
        ready = await box.end_of(await box.order(Operation.PREPARE, ref), PATIENCE_S)
        assert ready.state is AckState.READY
        assert time.monotonic() - began > CLIP_BYTES * 8 / (THIN_KBIT * 1000) / 2, "the line was not thin"
