"""Link ``zalo``: the documented errors, and kill -9 at every step from the refresh to the use of its token.

Nobody may be locked out: a box that starts again after the kill sends its message. Three worlds, because real Zalo does
not say whether an old access token still opens after a refresh, and a commune chooses whether a second authorisation
lies in the file as a spare. In the hardest, with neither, an answer of the token server that died with us is lost for
good, whatever anybody writes: there it counts that no other step needs a person, that he is told so, and that his new
authorisation heals without a restart.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from drivers.base import DriverError, FinalDriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.notifier_zalo import Settings, setup
from drivers.devices.notifier_zalo.__main__ import put
from drivers.devices.notifier_zalo.codec import ERRORS, Sort
from drivers.devices.notifier_zalo.driver import NotifierZalo
from drivers.devices.notifier_zalo.fake import LIFE_S, STEPS, FakeZalo
from drivers.devices.notifier_zalo.tokens import TokenFile, Tokens
from hil.bench.outcome import BenchUnavailableError
from hil.harness import ROOT, python
from hil.links import Figure, Link
from hil.prove.phones.zalo_child import MESSAGE
from hil.zalo import box_settings

ROUNDS = 3
CHILD_S = 60.0
KILLED = -9
USED = frozenset({"send_asked", "send_taken", "send_answered"})
"""Zalo has seen the new access token by then: its refresh token must lie on the disk in every world."""
SORTS: Mapping[Sort, type[DriverError]] = {
    Sort.AGAIN: TransientDriverError,
    Sort.TOKEN: MisconfiguredDriverError,
    Sort.MESSAGE: FinalDriverError,
    Sort.ACCOUNT: MisconfiguredDriverError,
}


@dataclass(frozen=True, slots=True)
class World:
    """What holds beside the driver."""

    name: str
    old_access_lives: bool
    spare: bool

    @property
    def bears_a_lost_answer(self) -> bool:
        """Whether a box can go on when the new pair was lost on its way."""
        return self.old_access_lives or self.spare


WORLDS = (
    World("old_token_lives", old_access_lives=True, spare=False),
    World("with_spare", old_access_lives=False, spare=True),
    World("neither", old_access_lives=False, spare=False),
)


@dataclass(slots=True)
class Tally:
    """What came of all kills."""

    kills: int = 0
    missed: int = 0
    locked_out: int = 0
    used_before_disk: int = 0
    lost_answers: int = 0
    untold: int = 0
    not_healed: int = 0
    steps: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def zalo(rounds: int = ROUNDS) -> Link:
    """Kills and errors; what must never happen is zero each."""
    return asyncio.run(_zalo(rounds))


async def _zalo(rounds: int) -> Link:
    right, wrong = await documented_errors()
    tally = Tally()
    for world in WORLDS:
        steps = await steps_of(world)
        for _ in range(rounds):
            for number in range(1, len(steps) + 1):
                await killed_by_itself(world, number, steps[number - 1], tally)
            for step in STEPS:
                await killed_from_outside(world, step, tally)
    return _link(tally, right, wrong)


def _link(tally: Tally, right: int, wrong: list[str]) -> Link:
    never: dict[str, int] = {
        "zalo_errors_wrong": len(wrong),
        "zalo_locked_out": tally.locked_out,
        "zalo_used_before_disk": tally.used_before_disk,
        "zalo_lost_untold": tally.untold,
        "zalo_lost_not_healed": tally.not_healed,
        "zalo_kills_missed": tally.missed,
    }
    figures: dict[str, Figure] = {
        "zalo_errors_right": right,
        "zalo_kills": tally.kills,
        "zalo_steps": len(tally.steps),
        **never,
        "zalo_lost_answers_told_and_healed": tally.lost_answers,
    }
    ok = tally.kills > 0 and right == len(ERRORS) and not any(never.values())
    return Link("zalo", ok, figures, "; ".join([*wrong, *tally.notes])[:500])


async def documented_errors() -> tuple[int, list[str]]:
    """How many codes come back as their sort, and those that do not."""
    right, wrong = 0, []
    async with _zalo_world(WORLDS[0]) as (fake, settings), _driver(settings) as driver:
        for code, (sort, _) in ERRORS.items():
            fake.error = code
            error = await _outcome(driver)
            if type(error) is SORTS[sort] and str(code) in str(error) and not fake.sent:
                right += 1
            else:
                wrong.append(f"{code} came back as {error!r}")
        fake.error = 0
        if await _outcome(driver) is not None:
            wrong.append("0 is not taken")
    return right, wrong


async def steps_of(world: World) -> list[str]:
    """The names of the steps that a whole send goes through."""
    async with _zalo_world(world) as (fake, settings):
        process = await _child(settings, 0)
        out, _ = await asyncio.wait_for(process.communicate(), CHILD_S)
        if process.returncode != 0 or not fake.sent:
            raise BenchUnavailableError(f"the child that nobody kills sends nothing ({process.returncode})")
    return list(json.loads(out))


async def killed_by_itself(world: World, number: int, name: str, tally: Tally) -> None:
    """Dies before one of its own steps; then a box starts again."""
    async with _zalo_world(world) as (fake, settings):
        process = await _child(settings, number)
        await _judged(world, f"{number} {name}", process, fake, settings, tally)


async def killed_from_outside(world: World, step: str, tally: Tally) -> None:
    """Dies when the simulator has come to a step; then a box starts again."""
    async with _zalo_world(world) as (fake, settings):
        started: list[asyncio.subprocess.Process] = []

        def kill(came: str) -> None:
            if came == step and started:
                started.pop().kill()

        fake.at = kill
        process = await _child(settings, 0)
        started.append(process)
        await _judged(world, step, process, fake, settings, tally)


async def _judged(
    world: World,
    step: str,
    process: asyncio.subprocess.Process,
    fake: FakeZalo,
    settings: Settings,
    tally: Tally,
) -> None:
    await asyncio.wait_for(process.communicate(), CHILD_S)
    fake.at = lambda _step: None
    tally.steps.add(step)
    if process.returncode == KILLED:
        tally.kills += 1
    elif step not in ("refresh_answered", "send_answered"):  # the child may be through before the signal comes
        tally.missed += 1
    kept = _live_on_disk(fake, settings)
    tally.used_before_disk += step in USED and not kept
    fake.sent.clear()
    async with _driver(settings) as driver:
        error = await _outcome(driver)
        if error is None and fake.sent:
            return
        if kept or world.bears_a_lost_answer:
            tally.locked_out += 1
            tally.notes.append(f"{world.name}, killed at {step}: {error}")
            return
        await _lost(driver, error, fake, settings, tally)


async def _lost(
    driver: NotifierZalo, error: DriverError | None, fake: FakeZalo, settings: Settings, tally: Tally
) -> None:
    """The one loss that no order of writing prevents: whether a person is told, and heals it."""
    health = await driver.health()
    told = isinstance(error, MisconfiguredDriverError) and "cấp quyền lại" in str(error)
    tally.untold += not (told and not health.ok and "cấp quyền lại" in health.detail)
    put(TokenFile(Path(settings.token_file)), fake.grants.authorise())
    healed = await _outcome(driver) is None and bool(fake.sent)
    tally.not_healed += not healed
    tally.lost_answers += 1


def _live_on_disk(fake: FakeZalo, settings: Settings) -> bool:
    """Whether a token that still works lies anywhere on the disk: then nobody may be locked out."""
    folder = Path(settings.token_file).parent
    lying = "".join(path.read_text() for path in folder.iterdir() if path.is_file())
    return any(token in lying for token in fake.grants.live)


@asynccontextmanager
async def _zalo_world(world: World) -> AsyncIterator[tuple[FakeZalo, Settings]]:
    """A simulator, and a box whose access token still opens but is due."""
    fake = FakeZalo()
    await fake.start()
    try:
        with tempfile.TemporaryDirectory(prefix="mo-zalo-") as name:
            settings = Settings(**box_settings(fake, Path(name)))
            _make_due(fake, TokenFile(Path(settings.token_file)), world)
            fake.grants.old_access_lives = world.old_access_lives
            yield fake, settings
    finally:
        await fake.close()


def _make_due(fake: FakeZalo, file: TokenFile, world: World) -> None:
    stored = file.read()
    pair = fake.grants.exchange(stored.refresh_token)
    assert pair is not None
    now_ms = time.time_ns() // 1_000_000
    file.save(
        Tokens(
            refresh_token=str(pair["refresh_token"]),
            access_token=str(pair["access_token"]),
            expires_at_ms=now_ms + LIFE_S * 400,
            life_s=LIFE_S,
            previous=stored.refresh_token,
            spare=stored.spare if world.spare else "",
        )
    )
    if not world.spare:
        fake.grants.live.discard(stored.spare)


@asynccontextmanager
async def _driver(settings: Settings) -> AsyncIterator[NotifierZalo]:
    driver = await setup(settings)
    try:
        yield driver
    finally:
        await driver.close()


async def _outcome(driver: NotifierZalo) -> DriverError | None:
    try:
        await driver.send(MESSAGE)
    except DriverError as error:
        return error
    return None


async def _child(settings: Settings, kill_at: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *python("hil.prove.phones.zalo_child", json.dumps(asdict(settings)), kill_at),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
