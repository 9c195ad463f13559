"""The gate with a clock that tests set: what a node that does not know the time obeys."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.broadcast import Operation, Order, OrderId
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.kernel.signing import OrderKey
from edge.node.gate import DUPLICATE_S, Gate, Reason, Refusal
from edge.node.ledger import Ledger
from edge.node.nonces import RENEW_S
from edge.node.window import SIZE, Place, ReplayWindow
from tests.node.bench import HAMLET, HORN, Orders

KEY = "key"


@dataclass
class SetClock:
    """A clock that stands still."""

    moment: Moment = field(default_factory=lambda: Moment(AtMs(0), Steady(0.0), ClockState.FLOOR))

    def now(self) -> Moment:
        return self.moment

    def steady(self) -> Steady:
        return self.moment.steady

    def step(self, seconds: float) -> None:
        self.moment = Moment(self.moment.at_ms, Steady(self.moment.steady + seconds), self.moment.clock)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def gate(key: OrderKey, tmp_path: Path, clock: SetClock) -> Gate:
    window = ReplayWindow(tmp_path / "seen.json")
    ledger = Ledger(tmp_path / "ledger")
    return Gate(HORN, frozenset({HAMLET}), {key.key_id: key.public_hex}, window, clock, ledger)


def reason_of(gate: Gate, orders: Orders, order: Order) -> Reason | None:
    verdict = gate.judge(orders.sign(order))
    return verdict.reason if isinstance(verdict, Refusal) else None


def test_without_the_time_an_order_is_refused(gate: Gate, orders: Orders) -> None:
    assert reason_of(gate, orders, orders.make(Operation.PLAY)) is Reason.NO_CLOCK


def test_without_the_time_stop_is_obeyed(gate: Gate, orders: Orders) -> None:
    assert reason_of(gate, orders, orders.make(Operation.STOP)) is None


def test_without_the_time_a_fresh_nonce_is_obeyed_for_prepare_and_play(gate: Gate, orders: Orders) -> None:
    nonce = gate.nonces.current()
    for op in (Operation.PREPARE, Operation.PLAY):
        assert reason_of(gate, orders, orders.make(op, nonce=nonce)) is None


def test_without_the_time_nothing_is_planned(gate: Gate, orders: Orders) -> None:
    order = orders.make(Operation.PLAY, nonce=gate.nonces.current(), at_ms=AtMs(1_800_000_000_000))
    assert reason_of(gate, orders, order) is Reason.NO_CLOCK


def test_a_stale_nonce_is_refused(gate: Gate, orders: Orders, clock: SetClock) -> None:
    nonce = gate.nonces.current()
    clock.step(RENEW_S)
    assert reason_of(gate, orders, orders.make(Operation.PLAY, nonce=nonce)) is None
    clock.step(RENEW_S)
    assert reason_of(gate, orders, orders.make(Operation.PLAY, nonce=nonce)) is Reason.NO_CLOCK


def test_a_second_copy_is_a_duplicate_and_later_a_replay(gate: Gate, orders: Orders, clock: SetClock) -> None:
    stop = orders.make(Operation.STOP)
    assert reason_of(gate, orders, stop) is None
    assert reason_of(gate, orders, stop) is Reason.DUPLICATE
    clock.step(DUPLICATE_S)
    assert reason_of(gate, orders, stop) is Reason.REPLAYED


def test_a_damaged_window_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    path.write_bytes(b'{"key": [1, 2')
    assert ReplayWindow(path).place(KEY, OrderId(1, 1)) is Place.NEW
    assert (tmp_path / "seen.json.damaged").exists()


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3 * SIZE)), max_size=60))
def test_the_window_never_passes_an_order_twice(
    tmp_path_factory: pytest.TempPathFactory, ids: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("window") / "seen.json"
    window, passed = ReplayWindow(path), set()
    for epoch, seq in ids:
        order = OrderId(epoch, seq)
        if window.place(KEY, order) is Place.NEW:
            assert order not in passed
            passed.add(order)
            window.mark(KEY, order)
            asyncio.run(window.keep())
            window = ReplayWindow(path)
        assert window.place(KEY, order) is not Place.NEW


def test_orders_in_any_order_within_the_window_all_pass(tmp_path: Path) -> None:
    window = ReplayWindow(tmp_path / "seen.json")
    for seq in (SIZE, 1, 700, SIZE + 5, 6):
        order = OrderId(1, seq)
        assert window.place(KEY, order) is Place.NEW
        window.mark(KEY, order)
    assert window.place(KEY, OrderId(1, 5)) is Place.BELOW  # it fell out of the window: perhaps seen
