"""Moves every ladder on: reads the rows, lets the policy decide, writes what follows, in one transaction."""

import logging
from collections.abc import Iterator
from dataclasses import replace

from edge.alerts.book import URGENCY, Book
from edge.alerts.ladder_clock import LadderClock
from edge.alerts.telling import Telling, name_of
from edge.core.incident import Severity
from edge.core.news import AlertChanged, IncidentChanged
from edge.core.policy.ladder import texts
from edge.core.policy.ladder.climbing import Action, Finish, GiveUp, Ring, StandIn, Stands, Tell, decide
from edge.core.policy.ladder.duty import asleep, local_now
from edge.kernel.bus import Bus
from edge.store.journal import Journal, Tx
from edge.store.ladder import Ladder, add_rung, climbing, finish_ladder, give_up, keep_climb
from edge.store.messages import drop_old, forget_numbers, overdue

log = logging.getLogger(__name__)

TOO_OLD_MS = 12 * 3_600_000
"""A message that waited so long (no modem, no network) is history, and the line stays bounded."""

FORGET_EVERY_MS = 3_600_000
KEEP_NUMBERS_MS = 30 * 86_400_000
"""For a month it can be asked which number was told; then only who."""


class Climber:
    """``tick`` may be called at any time by anybody, the box once a second, a replay with a clock of its own."""

    def __init__(self, book: Book, journal: Journal, bus: Bus, clock: LadderClock) -> None:
        self._book = book
        self._journal = journal
        self._bus = bus
        self._clock = clock
        self._forgot_ms: int | None = None
        self.can_ring = False

    async def tick(self) -> bool:
        """Do all that is due now. Whether anything was."""
        gave_up, changed = await self._journal.record(self._tick)
        if changed:
            self._bus.publish(AlertChanged())
        if gave_up:
            self._bus.publish(IncidentChanged())
        return changed

    def _tick(self, tx: Tx) -> tuple[bool, bool]:
        now_ms = self._clock.now_ms()
        changed = bool(overdue(tx, now_ms)) | bool(drop_old(tx, tx.now.at_ms - TOO_OLD_MS))
        self._forget(tx, now_ms)
        gave_up = False
        ladders = climbing(tx)
        for ladder in ladders:
            actions = self._climb(tx, ladder, now_ms)
            changed |= bool(actions)
            gave_up |= any(isinstance(action, GiveUp) for action in actions)
        if ladders:
            self._clock.keep(tx, surely=changed)
        return gave_up, changed

    def _forget(self, tx: Tx, now_ms: int) -> None:
        if self._forgot_ms is None or now_ms - self._forgot_ms >= FORGET_EVERY_MS:
            self._forgot_ms = now_ms
            if gone := forget_numbers(tx, self._book.people.keys(), tx.now.at_ms - KEEP_NUMBERS_MS):
                log.info("%d numbers and addresses of people who left, or of more than a month ago, are deleted", gone)

    def _climb(self, tx: Tx, ladder: Ladder, now_ms: int) -> tuple[Action, ...]:
        rules = self._book.rules(ladder.severity, can_ring=self.can_ring)
        here = local_now(tx.now)
        people = self._book.people
        rungs = tuple(
            replace(rung, asleep=rung.person in people and asleep(people[rung.person], ladder.severity, here))
            for rung in ladder.climb.rungs
        )
        climb = replace(ladder.climb, rungs=rungs, until=self._book.until(ladder.severity, ladder.climb.until))
        after, actions = decide(climb, rules, now_ms)
        keep_climb(tx, climb, after)
        telling = Telling(tx, self._book, ladder, URGENCY[Severity(ladder.severity)], now_ms)
        for action in self._possible(ladder, actions):
            self._carry_out(tx, telling, action)
        return actions

    def _possible(self, ladder: Ladder, actions: tuple[Action, ...]) -> Iterator[Action]:
        """A drill puts nobody on its ladder who was not to take part."""
        known = {rung.person for rung in ladder.climb.rungs}
        for action in actions:
            if isinstance(action, StandIn) and ladder.limited and action.person not in known:
                log.info("incident %s: %s does not take part, nobody stands in", ladder.incident, action.person)
            else:
                yield action

    def _carry_out(self, tx: Tx, telling: Telling, action: Action) -> None:
        match action:
            case Tell(rung, step):
                telling.tell(rung, step)
            case Ring(rung, step):
                telling.ring(rung, step)
            case StandIn():
                self._put_on(tx, telling.ladder, action)
            case GiveUp(rung):
                give_up(tx, rung)
                log.warning("alert %s: not reached", rung)
            case Finish(state):
                finish_ladder(tx, telling.ladder.incident, state)

    def _put_on(self, tx: Tx, ladder: Ladder, action: StandIn) -> None:
        person = self._book.people[action.person]
        names = [name_of(tx, rung) for rung in action.missing]
        if action.stands is Stands.CHAIRMAN:
            add_rung(tx, ladder.incident, person, texts.missing_text(names, ladder.brief), 1, Stands.CHAIRMAN)
            return
        text = texts.stand_in_text(names[0], ladder.brief)
        add_rung(tx, ladder.incident, person, text, 1, Stands.SUBSTITUTE, action.missing[0])
