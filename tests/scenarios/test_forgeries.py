"""Whoever stole the box's certificate for the broker still has not its order key."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import aiomqtt

from edge.broadcast.links import client_tls
from edge.core.broadcast import SignedOrder, order_from_body
from edge.core.moment import AtMs
from edge.kernel.wire.order import order_from_payload, order_to_payload
from tests.scenarios.village import COMMUNE, RELAY, Village

TOPICS = (f"node/{RELAY}", "zone/dong", "zone/all")


async def published(village: Village, payloads: Sequence[bytes]) -> None:
    """By somebody who is the box, as far as the broker can tell: each of the two throws the other out, so try on."""
    left = [(f"xa/{COMMUNE}/{topic}/cmd", payload) for payload in payloads for topic in TOPICS]
    async with asyncio.timeout(10):
        while left:
            with suppress(aiomqtt.MqttError):
                await _publish_some(village, left)


async def _publish_some(village: Village, left: list[tuple[str, bytes]]) -> None:
    broker = village.config.broker
    async with aiomqtt.Client(broker.host, broker.port, tls_context=client_tls(broker), timeout=2) as client:
        while left:
            topic, payload = left[0]
            await client.publish(topic, payload, qos=1)
            left.pop(0)


async def test_forged_replayed_and_expired_orders_never_sound(village: Village) -> None:
    name = await village.approved("Mời bà con đi họp.", ("dong",))
    await village.air(name)
    await village.reaches(name, "aired")
    card = village.spots[RELAY].card
    heard_ms = card.ms
    ((payload,),) = await village.rows("SELECT payload FROM horn_order WHERE op = 'play'")
    genuine = order_from_payload(payload)
    order = order_from_body(genuine.body)
    later = replace(order, id=replace(order.id, seq=order.id.seq + 50))
    expired = replace(later, exp_ms=AtMs(time.time_ns() // 1_000_000 - 1))
    forged = replace(later, id=replace(order.id, seq=order.id.seq + 51))
    body = village.key.sign(forged).body
    await published(
        village,
        [
            payload,
            order_to_payload(village.key.sign(expired)),
            order_to_payload(SignedOrder(body, genuine.key_id, genuine.sig)),
            order_to_payload(SignedOrder(body, genuine.key_id, bytes(64))),
            order_to_payload(
                SignedOrder(genuine.body.replace(b'"repeat":1', b'"repeat":9'), genuine.key_id, genuine.sig)
            ),
            b"\xff" * 200,
        ],
    )
    await asyncio.sleep(1.5)
    assert card.ms == heard_ms
    assert not village.spots[RELAY].board.coil_on(1)
    assert await village.reports(name) == {RELAY: ["PLAYED"]}
    again = await village.approved("Tin sau.", ("dong",))
    await village.air(again)
    await village.reaches(again, "aired")
    assert await village.reports(again) == {RELAY: ["PLAYED"]}
