"""Link ``serial_faults``: every serial driver on a line that is silent, late, garbled, half or unplugged."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from drivers.transport.fake_pty import Fault
from hil.links import Figure, Link
from hil.prove.voice import amplifiers, independent, inputs, others
from hil.prove.voice.amplifiers import FAULTS, KINDS
from hil.prove.voice.tally import Tally

ROUNDS = 20
AT_ONCE = 16
"""They wait for each other's deadlines nearly all the time; more at once on two cores would measure the machine."""
SEED = 3
Try = Callable[[Fault | str, random.Random, Tally], Awaitable[None]]
SUBJECTS: Mapping[str, Try] = {
    **{kind.name: partial(amplifiers.try_once, kind) for kind in KINDS},
    "gauge_modbus": others.try_gauge,
    "rain_counter_modbus": others.try_rain,
    "modem_at": others.try_modem,
    "key_switch_modbus": inputs.try_key,
    "power_modbus": inputs.try_power,
    "pymodbus": independent.try_once,
}


def serial_faults(rounds: int = ROUNDS) -> Link:
    """Tries, right answers and clear errors a driver and fault; what must never happen is zero."""
    found = asyncio.run(measure(rounds))
    figures: dict[str, Figure] = {}
    for name, tally in found.items():
        figures[name] = f"{tally.right} right, {tally.errors} errors of {tally.tries}"
    for what in ("wrong", "too_late", "left_on", "not_healed"):
        figures[f"serial_{what}"] = sum(getattr(tally, what) for tally in found.values())
    figures["serial_tries"] = sum(tally.tries for tally in found.values())
    figures["serial_rounds"] = rounds * len(found)
    examples = [words for tally in found.values() for words in tally.examples]
    return Link("serial_faults", not any(tally.bad for tally in found.values()), figures, "; ".join(examples[:5]))


async def measure(rounds: int) -> dict[str, Tally]:
    """Every driver under every fault, ``rounds`` times each, with a chance that is the same at every run."""
    found: dict[str, Tally] = {}
    gate = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for (name, subject), fault in itertools.product(SUBJECTS.items(), FAULTS):
            key = f"{name}_{fault.name.lower() if isinstance(fault, Fault) else fault}"
            tally = found[key] = Tally()
            for number in range(rounds):
                chance = random.Random(f"{SEED} {key} {number}")
                group.create_task(_once(gate, subject, fault, chance, tally))
    return found


async def _once(gate: asyncio.Semaphore, subject: Try, fault: Fault | str, chance: random.Random, tally: Tally) -> None:
    async with gate:
        await subject(fault, chance, tally)
