"""Brings the clips of the plan and of its stand-bys to the disk ahead of time, slowly, and keeps them there."""

import asyncio
import logging

from edge.core.broadcast import MediaRef
from edge.core.errors import MolangError
from edge.core.moment import AtMs
from edge.core.plan import Plan
from edge.core.speech import Sha256
from edge.node.cache import ClipCache
from edge.node.fetch import Clips
from edge.node.plan_shelf import PlanShelf
from edge.node.timekeeping import NodeClock

log = logging.getLogger(__name__)

SLOW_BYTES_PER_S = 16_384
"""Half of a 256 kbit/s line: what is pressed now, and states, have the other half. A day's notices take a minute."""
SOON_MS = 180_000
"""A clip that is needed this soon is fetched at full speed."""
ROUND_S = 3_600.0
AGAIN_S = 20.0
FETCH_S = 900.0


class PlanClips:
    """``missing`` is how many clips of the held plan are not on the disk yet."""

    def __init__(self, shelf: PlanShelf, clips: Clips, cache: ClipCache, clock: NodeClock) -> None:
        self._shelf = shelf
        self._clips = clips
        self._cache = cache
        self._clock = clock
        self._plan: Plan | None = None
        self._wanted: dict[Sha256, tuple[MediaRef, AtMs]] = {}
        self._here: set[Sha256] = set()
        self._news = asyncio.Event()

    @property
    def missing(self) -> int:
        """Clips that are not here yet."""
        return len(self._wanted.keys() - self._here)

    async def run(self) -> None:
        """Fetch until cancelled; look at everything anew with each plan and now and then, for disks spoil files."""
        anew = False
        while True:
            self._news.clear()
            self._turn_to_the_plan()
            await self._round(anew=anew)
            anew = False
            try:
                async with asyncio.timeout(AGAIN_S if self.missing else ROUND_S):
                    await self._news.wait()
            except TimeoutError:
                anew = not self.missing

    def changed(self) -> None:
        """Another plan is held, or the box can be reached again."""
        self._news.set()

    def _turn_to_the_plan(self) -> None:
        held = self._shelf.held
        plan = held.plan if held else None
        if plan is self._plan:
            return
        self._plan = plan
        self._wanted = _needed(plan) if plan else {}
        self._here &= self._wanted.keys()
        self._cache.hold(ref for ref, _ in self._wanted.values())

    async def _round(self, *, anew: bool) -> None:
        """The clips that are needed first, first. One that cannot be had now does not keep the others waiting."""
        for ref, at_ms in sorted(self._wanted.values(), key=lambda wanted: wanted[1]):
            if ref.sha256 in self._here and not anew:
                continue
            soon = at_ms - self._clock.now().at_ms < SOON_MS
            try:
                await self._clips.bring([ref], FETCH_S, bytes_per_s=0 if soon else SLOW_BYTES_PER_S)
            except MolangError as error:
                self._here.discard(ref.sha256)
                log.info("clip %s of the plan: %s", ref.sha256[:12], error)
            else:
                self._here.add(ref.sha256)
            if self._news.is_set():
                return


def _needed(plan: Plan) -> dict[Sha256, tuple[MediaRef, AtMs]]:
    """Every clip with the first time at which it is needed; stand-bys first: nobody knows when their hour comes."""
    found = {ref.sha256: (ref, AtMs(0)) for template in plan.templates for ref in template.media}
    for item in sorted(plan.items, key=lambda item: item.at_ms):
        for ref in item.media:
            found.setdefault(ref.sha256, (ref, item.at_ms))
    return found
