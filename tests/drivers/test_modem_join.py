"""Long messages that come in parts, at once or apart, whole or not."""

from __future__ import annotations

from drivers.base import SmsReceived
from drivers.devices.modem_at import pdu
from drivers.devices.modem_at.driver import ModemAt
from drivers.devices.modem_at.fake import FakeModem
from drivers.devices.modem_at.fake_network import encode_deliver
from drivers.devices.modem_at.join import Joiner, Stored
from drivers.transport.serial_line import SerialLine

SENDER = "84987654321"
WAIT_S = 600.0


def part(number: int, text: str, *, of: int = 3, reference: int = 7) -> pdu.Part:
    return pdu.Part(f"+{SENDER}", text, reference, number, of)


def texts(joiner: Joiner, *stored: Stored, now: float = 0.0, full: bool = False) -> list[str]:
    return [joined.message.text for joined in joiner.ready(stored, now, full=full)]


ONE, TWO, THREE = (
    Stored(1, part(1, "Đường vào thôn Đoài ")),
    Stored(2, part(2, "ngập một mét, ")),
    Stored(5, part(3, "hết.")),
)


def test_parts_that_come_apart_are_joined_when_all_are_there() -> None:
    joiner = Joiner(WAIT_S)
    assert texts(joiner, ONE, now=0) == []
    assert texts(joiner, ONE, THREE, now=5) == []
    (whole,) = joiner.ready((THREE, ONE, TWO), 9.0)
    assert whole.message == SmsReceived(f"+{SENDER}", "Đường vào thôn Đoài ngập một mét, hết.")
    assert sorted(whole.slots) == [1, 2, 5]


def test_a_message_that_stays_incomplete_is_given_after_its_time_with_a_mark() -> None:
    joiner = Joiner(WAIT_S)
    assert texts(joiner, ONE, THREE, now=100) == []
    assert texts(joiner, ONE, THREE, now=100 + WAIT_S - 1) == []
    assert texts(joiner, ONE, THREE, now=100 + WAIT_S) == ["Đường vào thôn Đoài  [thiếu phần 2/3] hết."]
    assert texts(Joiner(0.0), Stored(1, part(4, "cuối", of=5))) == ["[thiếu phần 1-3/5] cuối [thiếu phần 5/5]"]


def test_a_full_sim_does_not_wait() -> None:
    assert texts(Joiner(WAIT_S), ONE, full=True) == ["Đường vào thôn Đoài  [thiếu phần 2-3/3]"]


def test_a_part_that_the_network_sent_twice_counts_once_and_is_freed_with_the_rest() -> None:
    (whole,) = Joiner(WAIT_S).ready((ONE, TWO, Stored(9, TWO.part), THREE), 0.0)
    assert whole.message.text == "Đường vào thôn Đoài ngập một mét, hết."
    assert sorted(whole.slots) == [1, 2, 5, 9]


def test_two_messages_with_one_reference_are_not_mixed() -> None:
    other = Stored(8, part(1, "Cầu Phao gãy. ")), Stored(9, part(2, "Xin thuyền. ")), Stored(10, part(3, "Gấp."))
    assert texts(Joiner(WAIT_S), ONE, TWO, THREE, *other) == [
        "Đường vào thôn Đoài ngập một mét, hết.",
        "Cầu Phao gãy. Xin thuyền. Gấp.",
    ]


def test_two_messages_with_one_reference_that_end_alike_are_both_given() -> None:
    other = Stored(8, part(1, "Cầu Phao ")), Stored(9, TWO.part), Stored(10, THREE.part)
    assert texts(Joiner(WAIT_S), ONE, TWO, THREE, *other) == [
        "Đường vào thôn Đoài ngập một mét, hết.",
        "Cầu Phao ngập một mét, hết.",
    ]


def test_a_place_that_cannot_be_makes_a_message_of_its_own() -> None:
    raw = encode_deliver(pdu.Part(SENDER, "một mình", 7, 4, 3))
    assert pdu.decode_deliver(raw) == pdu.Part(f"+{SENDER}", "một mình")


async def test_parts_that_come_apart_wait_on_the_sim_even_over_a_restart(modem: ModemAt, sim: FakeModem) -> None:
    first, second = (encode_deliver(pdu.Part(SENDER, text, 7, at, 2)) for at, text in ((1, "một "), (2, "hai")))
    sim.store(first)
    assert (await modem.receive()).messages == ()
    await modem.close()
    again = ModemAt(SerialLine(sim.path, 115200), command_timeout_s=0.5)
    assert (await again.receive()).messages == ()
    sim.store(second)
    assert (await again.receive()).messages == (SmsReceived(f"+{SENDER}", "một hai"),)
    assert (await again.receive()).messages == ()
    assert sim.stored == {}
    await again.close()


async def test_a_sim_full_of_incomplete_messages_gives_them(modem: ModemAt, sim: FakeModem) -> None:
    sim.card.places = 2
    for reference in (1, 2):
        sim.store(encode_deliver(pdu.Part(SENDER, f"phần đầu {reference} ", reference, 1, 2)))
    told = [message.text for message in (await modem.receive()).messages]
    assert told == ["phần đầu 1  [thiếu phần 2/2]", "phần đầu 2  [thiếu phần 2/2]"]
