"""What the policy wants done, done: an incident with its words and storms, in one transaction with what stands."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from edge.core.incident import Incident, IncidentId, IncidentKind
from edge.core.local_time import clock
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE
from edge.core.policy.flood.response import Response, Say, Turn
from edge.core.policy.flood.words import DRILL
from edge.incidents.desk import WHOLE_COMMUNE, Also, IncidentDesk
from edge.store.drills import DRILL_SUBJECT
from edge.store.flood import Action, add_action, end_storms
from edge.store.incidents import add_announcement, close_incident, inherit_taken
from edge.store.journal import Tx

log = logging.getLogger(__name__)

ALL_CLEAR = "/het"
"""What the subject of an all clear ends with, after that of what is over."""


@dataclass(frozen=True, slots=True)
class Only:
    """Whom a drill reaches, and nobody else."""

    people: frozenset[str]
    hamlets: tuple[str, ...]


class Carrier:
    """Carries out responses. With ``only`` they are a drill's: marked so, and told to nobody else."""

    def __init__(self, desk: IncidentDesk, hamlets: Mapping[str, str], only: Only | None = None) -> None:
        self._desk = desk
        self._names = {EVERYWHERE: WHOLE_COMMUNE, **hamlets}
        self._only = only

    async def carry_out(self, response: Response, also: Also) -> None:
        """Do it; ``also`` is written in the same transaction. Raises TransientError with nothing done."""
        wanted = self._drilled(response)
        if wanted.turn is Turn.OVER and not (wanted.told or wanted.says):
            await self._desk.close(wanted.subject, lambda tx: self._end(tx, wanted, also))
            return
        incident = self._incident(wanted)

        def work(tx: Tx) -> None:
            if wanted.turn is Turn.OVER:
                close_incident(tx, wanted.subject)
            else:
                close_incident(tx, wanted.subject + ALL_CLEAR)
            if wanted.turn is Turn.LOWER:
                inherit_taken(tx, incident.id, wanted.subject)
            self._end(tx, wanted, also)
            self._write(tx, incident, wanted)

        await self._desk.open(
            incident,
            None,
            wanted.hamlets,
            work,
            quiet=not wanted.told,
            sms=wanted.sms,
            only=self._only.people if self._only else None,
            calm=wanted.turn is not Turn.RISEN,
        )

    def _end(self, tx: Tx, response: Response, also: Also) -> None:
        """Whatever was repeated because of it is repeated no more: a new state has its own words."""
        end_storms(tx, response.subject)
        also(tx)

    def _write(self, tx: Tx, incident: Incident, response: Response) -> None:
        for number, say in enumerate(response.says, 1):
            spoken = add_announcement(tx, incident.id, say.template, self._blanks(response, say), say.hamlets)
            action = Action(
                f"{incident.id}/lu{number}", incident.id, response.subject, say.rule, "announce", spoken, say.hamlets
            )
            add_action(tx, action)
            if say.every_min and not self._only:
                storm = replace(action, id=f"{action.id}b", what="storm", every_min=say.every_min, state="wanted")
                add_action(tx, storm)
        if response.told:
            add_action(tx, Action(f"{incident.id}/sms", incident.id, response.subject, "", "sms", "", response.hamlets))
        if incident.cap and response.turn is not Turn.OVER:
            add_action(tx, Action(f"{incident.id}/cap", incident.id, response.subject, "", "cap", "", response.hamlets))

    def _blanks(self, response: Response, say: Say) -> dict[str, str]:
        usual = {
            "place": response.place,
            "time": clock(response.at_ms),
            "hamlet": ", ".join(self._names.get(hamlet, hamlet) for hamlet in say.hamlets),
        }
        return {**usual, **response.blanks}

    def _incident(self, response: Response) -> Incident:
        over = response.turn is Turn.OVER
        river = response.subject.removeprefix(DRILL_SUBJECT).startswith("gauge/")
        return Incident(
            id=IncidentId(self._desk.new_id()),
            kind=IncidentKind.FLOOD_LEVEL if river and not over else IncidentKind.WARNING,
            severity=response.severity,
            subject=response.subject + ALL_CLEAR if over else response.subject,
            place=response.place,
            hamlet=response.hamlets[0] if response.hamlets else EVERYWHERE,
            title=response.title,
            began_at_ms=AtMs(response.at_ms),
            drill=self._only is not None,
            cap=response.cap and self._only is None,
        )

    def _drilled(self, response: Response) -> Response:
        if self._only is None:
            return response
        return replace(
            response,
            subject=DRILL_SUBJECT + response.subject,
            head=f"{DRILL} {response.head}",
            hamlets=self._within(response.hamlets),
            says=tuple(replace(say, hamlets=meant) for say in response.says if (meant := self._within(say.hamlets))),
        )

    def _within(self, hamlets: Collection[str]) -> tuple[str, ...]:
        assert self._only is not None
        return tuple(name for name in self._only.hamlets if name in hamlets or EVERYWHERE in hamlets)
