"""Which orders a STOP means: all that was made before it, however late either comes; nothing that was pressed after."""

import asyncio

import pytest

from edge.core.broadcast import Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.node.stage import Act, EndedEarlyError, Stage

PRESSED = 1_800_000_000_000
LIFE_MS = 60_000
PLANNED_AHEAD_MS = 600_000


def made(op: Operation, seq: int, at_ms: int, *, planned_for: int = 0) -> Order:
    """An order that was made at this time, with this number."""
    begins = planned_for - PLANNED_AHEAD_MS if planned_for else at_ms - 2_000
    life = (AtMs(begins), AtMs(begins + LIFE_MS))
    return Order(OrderId(1, seq), op, (), HornId("loa"), Priority.UU_TIEN, *life, at_ms=AtMs(planned_for))


async def is_ended(stage: Stage, act: Act, stop: Order) -> bool:
    """Whether this STOP ends an act that is under way."""
    with stage.listed(act):
        stopping = asyncio.create_task(stage.stop(stop))
        try:
            async with asyncio.timeout(0.05):
                await act.until_ended()
        except EndedEarlyError:
            return True
        except TimeoutError:
            await stopping
            return False
    return False


def is_turned_away(stage: Stage, act: Act) -> bool:
    """Whether it may not even begin."""
    try:
        with stage.listed(act):
            return False
    except EndedEarlyError:
        return True


async def test_a_stop_that_comes_late_does_not_end_what_was_pressed_after_it() -> None:
    stop = made(Operation.STOP, 10, PRESSED)
    alarm = Act(made(Operation.PLAY, 12, PRESSED + 30_000))
    assert not await is_ended(Stage(), alarm, stop)


@pytest.mark.parametrize(
    ("seq", "at_ms"),
    [
        (9, PRESSED - 5_000),  # the plain case
        (12, PRESSED - 300),  # the STOP bears a number that was reserved before, for the disk was slow
        (9, PRESSED + 5_000),  # the box's clock was set back in between
        (12, PRESSED),  # in the same millisecond the STOP wins
    ],
)
async def test_a_stop_ends_what_was_made_before_it_whichever_comes_first(seq: int, at_ms: int) -> None:
    stop, play = made(Operation.STOP, 10, PRESSED), made(Operation.PLAY, seq, at_ms)
    assert await is_ended(Stage(), Act(play), stop)
    stage = Stage()
    await stage.stop(stop)
    assert is_turned_away(stage, Act(play))


async def test_a_stop_that_came_before_does_not_turn_away_what_was_pressed_after_it() -> None:
    stage = Stage()
    await stage.stop(made(Operation.STOP, 10, PRESSED))
    assert not is_turned_away(stage, Act(made(Operation.PLAY, 12, PRESSED + 30_000)))


async def test_a_stop_means_what_is_due_of_the_plan_and_not_the_evening() -> None:
    stop = made(Operation.STOP, 10, PRESSED)
    due = Act(made(Operation.PLAY, 3, PRESSED, planned_for=PRESSED - 1_000), planned=True)
    evening = Act(made(Operation.PLAY, 4, PRESSED, planned_for=PRESSED + 3_600_000), planned=True)
    assert await is_ended(Stage(), due, stop)
    assert not await is_ended(Stage(), evening, stop)
