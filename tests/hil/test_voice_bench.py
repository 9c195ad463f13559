"""The pure parts of the bench of fifty horns and of the forger: percentiles, what was heard, what was forged."""

import random
import time
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from edge.core.broadcast import MediaRef, Operation, Order, OrderId, Priority
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.speech import Sha256
from edge.core.talk import FRAMES
from edge.kernel.clock import SystemClock
from edge.kernel.signing import OrderKey
from edge.kernel.wire.order import order_to_payload
from edge.node.gate import Gate, Refusal
from edge.node.ledger import Ledger
from edge.node.window import ReplayWindow
from hil.bench.heard import Listening
from hil.bench.outcome import BenchUnavailableError
from hil.bench.voice import Found, p99_of
from hil.bench.voice_alone import Week
from hil.bench.voice_commune import FAR, HAMLETS, sites
from hil.observed import Observed, Witness
from hil.prove.voice.forger import OrderForger, PacketForger, flip
from hil.prove.voice.forgeries import unexplained
from hil.prove.voice.node import judged
from hil.prove.voice.tones import BAD_HZ, GOOD_HZ, heard_hz, opus_of, packets_heard, talk_blocks
from hil.talker import Talker

HORN = HornId("loa-1")


def model() -> Order:
    now = time.time_ns() // 1_000_000
    clip = MediaRef(Sha256("a" * 64), 100, 60)
    life = (AtMs(now - 1_000), AtMs(now + 60_000))
    return Order(OrderId(1, random.randint(100, 999)), Operation.PLAY, (), HORN, Priority.THUONG, *life, media=(clip,))  # noqa: S311


@pytest.fixture
def key(tmp_path: Path) -> OrderKey:
    return OrderKey.load_or_make(tmp_path / "order.pem")


@pytest.fixture
def gate(tmp_path: Path, key: OrderKey) -> Gate:
    window, ledger = ReplayWindow(tmp_path / "seen.json"), Ledger(tmp_path / "ledger")
    return Gate(HORN, frozenset(), {key.key_id: key.public_hex}, window, SystemClock(), ledger)


def test_every_forged_order_is_refused_by_one_of_its_names(tmp_path: Path, key: OrderKey, gate: Gate) -> None:
    thief = OrderKey.load_or_make(tmp_path / "thief.pem")
    forger = OrderForger(random.Random(1), key, thief, model)
    genuine = replace(model(), id=OrderId(1, 1))
    said = order_to_payload(key.sign(genuine))
    forger.hear(said)
    assert gate.judge(said) == genuine
    for kind in forger.kinds:
        for _ in range(40):
            bad = forger.make(kind)
            verdict = gate.judge(bad.payload)
            assert isinstance(verdict, Refusal), kind
            assert verdict.reason in bad.reasons, kind


def test_what_is_replayed_is_still_alive_however_slow_the_machine(
    tmp_path: Path, key: OrderKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = OrderForger(random.Random(1), key, key, model)
    now = 1000.0
    monkeypatch.setattr("hil.prove.voice.forger.time.monotonic", lambda: now)
    forger.hear(b"long ago")
    now += 50.0
    forger.hear(b"just now")
    assert {forger.make("order_replayed").payload for _ in range(40)} == {b"just now"}


def test_a_flip_changes_exactly_one_bit() -> None:
    dice = random.Random(2)
    for _ in range(200):
        changed = flip(dice, bytes(50))
        assert sum(byte.bit_count() for byte in changed) == 1


def test_a_forged_packet_is_never_the_one_that_was_said() -> None:
    talker = Talker()
    forger = PacketForger(
        random.Random(3), talker, [Talker().next()], list(islice(opus_of(talk_blocks([BAD_HZ])), FRAMES))
    )
    forger.said += [talker.next(), talker.next()]
    for kind in forger.kinds.keys() - {"packet_replayed"}:
        assert all(forger.make(kind).payload not in forger.said for _ in range(40)), kind


def test_refusals_are_explained_by_what_was_sent() -> None:
    sent = Counter({frozenset({"forged"}): 3, frozenset({"forged", "garbled"}): 4})
    assert unexplained(sent, Counter(forged=5, garbled=2)) == 0
    assert unexplained(sent, Counter(forged=2, garbled=5)) == 1
    assert unexplained(sent, Counter(forged=6)) == 1
    assert unexplained(sent, Counter(forged=5, garbled=2, expired=1)) == 1


def test_the_tape_tells_which_packets_of_a_talk_sounded() -> None:
    blocks = list(islice(talk_blocks(GOOD_HZ), 12 * FRAMES))
    late = [np.zeros(7, np.int16), *blocks]
    assert packets_heard(np.concatenate(late), 12) == 12
    assert packets_heard(np.concatenate(blocks[: 9 * FRAMES]), 12) == 9
    assert packets_heard(np.concatenate(blocks[FRAMES:]), 12) < 12


def test_the_tone_of_a_forgery_is_told_from_the_others() -> None:
    forged = np.concatenate(list(islice(talk_blocks([BAD_HZ]), 5)))
    silence = np.zeros(960, np.int16)
    assert heard_hz(np.concatenate([silence, forged])) == [0.0, *[BAD_HZ] * 5]


def test_first_samples_and_silence_are_counted_from_the_press(tmp_path: Path) -> None:
    witness = Witness(tmp_path)
    observed = Observed(tmp_path)
    witness.saw("sound", "loa-1", 9.0, phase="first")
    listening = Listening(observed, ["loa-1", "loa-2"])
    for horn, first, last, off in (("loa-1", 10.3, 11.2, 11.15), ("loa-2", 10.4, 10.9, 11.3)):
        witness.saw("coil", horn, 10.1, on=True)
        witness.saw("sound", horn, first, phase="first")
        witness.saw("coil", horn, off, on=False)
        witness.saw("sound", horn, last, phase="last", ms=900)
    witness.saw("sound", "loa-9", 10.1, phase="first")
    assert listening.first_samples(10.0, 1.0) == pytest.approx({"loa-1": 0.3, "loa-2": 0.4})
    assert listening.silences(11.0, 1.0) == pytest.approx({"loa-1": 0.2, "loa-2": 0.3})
    with pytest.raises(BenchUnavailableError, match="loa-3"):
        Listening(observed, ["loa-3"]).first_samples(0.0, 0.0)


def test_an_amplifier_that_went_on_again_is_not_silent(tmp_path: Path) -> None:
    witness = Witness(tmp_path)
    listening = Listening(Observed(tmp_path), ["loa-1"])
    witness.saw("sound", "loa-1", 1.0, phase="last", ms=900)
    witness.saw("coil", "loa-1", 1.1, on=False)
    witness.saw("coil", "loa-1", 1.2, on=True)
    with pytest.raises(BenchUnavailableError, match="not silent"):
        listening.silences(0.5, 0.0)


def test_the_99th_percentile_is_over_all_horns_and_rounds() -> None:
    found = Found()
    found.figures["stop_to_silence_s"].extend(number / 1000 for number in range(1000))
    assert found.p99("stop_to_silence_s") == 0.99
    assert p99_of("stop_to_silence_s") == "stop_to_silence_p99_s"


def test_horns_are_spread_over_the_hamlets_and_have_names_of_their_own() -> None:
    horns = sites(50, 5)
    assert len({horn.id for horn in horns}) == 55
    near = Counter(horn.hamlet for horn in horns[:50])
    assert near.keys() == set(HAMLETS)
    assert max(near.values()) - min(near.values()) <= 1
    assert {horn.hamlet for horn in horns[50:]} == {FAR}


def test_a_week_in_which_an_item_stays_silent_is_no_proof_and_says_how_many() -> None:
    outcomes = {"PLAYED": 1, "PARTIAL": 1, "SILENT": 2}
    week = Week(items=2, late_ms=[3.0, -4.0], blind_items=1, outcomes=outcomes)
    assert judged(week).ok
    week.silent.append("1-7 loa-2")
    assert not judged(week).ok
    assert judged(week).figures["planned_silent"] == 1
