import asyncio

import pytest

from edge.broadcast.conversation import Conversations, Patience
from edge.core.broadcast import COPY, NO_CLOCK, Ack, AckState, Operation, OrderId
from edge.core.errors import TransientError
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.policy.reporting import FINAL
from edge.store.orders import OrderRow

HORN = HornId("loa-dong")
ORDER = OrderRow("1-7", Operation.PLAY, None, None, 1, ("dong",), 5_000, 0, "lan", b"signed")


def ack(state: AckState, code: str = "") -> Ack:
    return Ack(OrderId(1, 7), HORN, state, AtMs(0), code=code)


class Wire:
    """A way to a horn that loses the first ``lose`` orders and answers the others with these acks."""

    def __init__(self, *answers: Ack, lose: int = 0) -> None:
        self._answers = answers
        self._lose = lose
        self.sent = 0
        self.talks = Conversations(self.send)

    async def send(self, horn: HornId, payload: bytes) -> None:
        assert (horn, payload) == (HORN, b"signed")
        self.sent += 1
        if self.sent <= self._lose:
            raise TransientError("đứt")
        for answer in self._answers:
            self.talks.hear(answer)


async def ask(wire: Wire, wait_s: float = 1.0) -> Ack | None:
    return await wire.talks.ask(ORDER, HORN, FINAL, Patience(10, wait_s))


async def test_the_final_word_is_the_answer() -> None:
    wire = Wire(ack(AckState.RECEIVED), ack(AckState.PLAYING), ack(AckState.DONE))
    answer = await ask(wire)
    assert answer is not None
    assert answer.state is AckState.DONE


async def test_an_order_that_did_not_arrive_is_sent_again() -> None:
    wire = Wire(ack(AckState.DONE), lose=1)
    answer = await ask(wire, wait_s=5.0)
    assert answer is not None
    assert wire.sent == 2


async def test_a_horn_without_the_time_is_asked_again_and_at_the_end_that_is_its_answer() -> None:
    wire = Wire(ack(AckState.REFUSED, NO_CLOCK))
    answer = await ask(wire, wait_s=2.5)
    assert wire.sent == 2
    assert answer == ack(AckState.REFUSED, NO_CLOCK)


async def test_silence_ends_at_the_deadline_with_no_answer() -> None:
    assert await ask(Wire(), wait_s=0.1) is None


async def test_a_horn_that_died_while_it_played_is_not_waited_for_to_the_last_deadline() -> None:
    wire = Wire(ack(AckState.PLAYING))
    async with asyncio.timeout(2):
        answer = await wire.talks.ask(ORDER, HORN, FINAL, Patience(10, 10, tail_s=0.2))
    assert answer is None


async def test_a_horn_that_died_before_its_first_sample_is_not_waited_for_either() -> None:
    wire = Wire(ack(AckState.RECEIVED))
    async with asyncio.timeout(2):
        answer = await wire.talks.ask(ORDER, HORN, FINAL, Patience(10, 10, tail_s=0.2, has_clips=True))
    assert answer is None


async def test_an_order_that_was_heard_is_not_sent_again() -> None:
    wire = Wire(ack(AckState.RECEIVED))
    await ask(wire, wait_s=2.5)
    assert wire.sent == 1


async def test_a_refusal_of_a_copy_does_not_end_an_order_that_plays() -> None:
    wire = Wire(ack(AckState.PLAYING), ack(AckState.REFUSED, COPY), ack(AckState.DONE))
    answer = await ask(wire)
    assert answer is not None
    assert answer.state is AckState.DONE


async def test_after_a_restart_a_refused_copy_is_no_answer_and_the_own_word_still_counts() -> None:
    wire = Wire(ack(AckState.REFUSED, COPY))
    asking = asyncio.create_task(ask(wire, wait_s=3.0))
    await asyncio.sleep(0.1)
    wire.talks.hear(ack(AckState.DONE))
    answer = await asking
    assert answer is not None
    assert answer.state is AckState.DONE
    assert wire.sent == 1


async def test_another_refusal_is_an_answer() -> None:
    answer = await ask(Wire(ack(AckState.REFUSED, "expired")))
    assert answer is not None
    assert answer.state is AckState.REFUSED


async def test_a_word_for_which_nobody_waits_is_told_apart() -> None:
    assert not Wire().talks.hear(ack(AckState.DONE))
    await asyncio.sleep(0)


async def test_an_order_that_ran_before_a_restart_is_waited_for_no_longer_than_its_sound() -> None:
    wire = Wire(ack(AckState.REFUSED, COPY))
    async with asyncio.timeout(2):
        answer = await wire.talks.ask(ORDER, HORN, FINAL, Patience(10, 10, tail_s=0.2))
    assert answer is None


async def test_a_stop_that_came_before_is_confirmed_by_the_refusal_of_its_copy() -> None:
    wire = Wire(ack(AckState.REFUSED, COPY))
    answer = await wire.talks.ask(ORDER, HORN, FINAL, Patience(10, 1, copy_counts=True))
    assert answer is not None


async def test_an_order_that_is_withdrawn_is_not_sent_again_and_its_word_still_counts() -> None:
    wire = Wire(ack(AckState.DONE), lose=99)
    asking = asyncio.create_task(ask(wire, wait_s=5.0))
    await asyncio.sleep(0.1)
    wire.talks.withdraw(ORDER.id, HORN)
    await asyncio.sleep(2.2)
    assert wire.sent == 1
    wire.talks.hear(ack(AckState.PREEMPTED))
    answer = await asking
    assert answer is not None
    assert answer.state is AckState.PREEMPTED


async def test_a_way_that_breaks_in_an_unforeseen_way_ends_in_no_answer_and_a_log_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(horn: HornId, payload: bytes) -> None:
        raise ZeroDivisionError

    assert await Conversations(broken).ask(ORDER, HORN, FINAL, Patience(1, 0.2)) is None
    assert "ZeroDivisionError" in caplog.text
