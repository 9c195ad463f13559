"""What each kind of command does on the box, once: its deed, its row and the event of its result in one transaction."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from edge.core.errors import FinalError
from edge.core.news import ProvinceAsked
from edge.core.policy.downlink import LONGEST_FILM_MS, Due, due
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.province_time import ProvinceTime
from edge.kernel.wire.command import (
    AnyOrder,
    ConfigFragment,
    FetchClip,
    LevelsOffer,
    RosterOffer,
    TemplateOffer,
    UpdateOffer,
    Urgent,
    read_command,
)
from edge.store.journal import Journal, Tx
from edge.store.proposals import Proposal, add_proposal, is_recorded
from edge.store.province_commands import (
    CommandRow,
    Outcome,
    count_refusal,
    keep_forgery,
    keep_outcome,
    keep_waiting,
    known_as,
    waiting_bodies,
)
from edge.store.urgent_bulletins import AcceptedKey, accepted_key, add_urgent
from edge.sync.commands.check import SENTENCES, Forged, Genuine, Reason, row_of
from edge.sync.commands.media_wishes import MediaWishes, Wish
from edge.sync.commands.offers import (
    Settings,
    config_offer,
    levels_offer,
    roster_offer,
    template_offer,
    update_offer,
)
from edge.sync.commands.urgent import Place, RefusedOrderError, incident_of, judged
from edge.sync.commands.urgent import row_of as urgent_row

log = logging.getLogger(__name__)

Deed = Callable[[Tx], Outcome]
FURTHEST_NUMBER_S = 86_400
"""Numbers begin with the second of their day (edge.hub.commands.making): one from far ahead would hide all others."""
AGAIN = "again"
"""Counted, not told: the same command came once more, and its result has been on its way since the first time."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Whom the deeds use: the settings file as it is now, who sends film, who opens incidents."""

    place: Place
    settings: Settings
    film: MediaWishes
    desk: IncidentDesk


class Deeds:
    """Carries commands out. Whatever is raised by the store passes: the command is asked for again."""

    def __init__(self, hands: Hands, time: ProvinceTime, journal: Journal, bus: Bus) -> None:
        self._hands = hands
        self._time = time
        self._journal = journal
        self._bus = bus

    async def take(self, found: Genuine | Forged) -> None:
        """Do it, or refuse it, or keep it until its time; what was done before is not done again."""
        if isinstance(found, Forged):
            await self._forged(found)
        elif found.row.seq > self._now_ms() // 1000 + FURTHEST_NUMBER_S:
            await self._forged(Forged(found.row.digest, Reason.WRONG_TIMES, "Số thứ tự của lệnh không thể đúng."))
        else:
            await self._genuine(found)

    async def _forged(self, found: Forged) -> None:
        keep = partial(keep_forgery, digest=found.digest, reason=found.reason, detail=found.detail)
        if await self._journal.record(keep):
            log.warning("no command of the province: %s", found.detail)

    async def _genuine(self, found: Genuine) -> None:
        match await self._journal.record(partial(known_as, row=found.row)):
            case "":
                await self._judge(found.row, found.command.order)
            case "same":
                await self._journal.record(partial(count_refusal, reason=AGAIN))
            case "other":
                await self._forged(Forged(found.row.digest, Reason.REPLAYED, SENTENCES[Reason.REPLAYED]))

    async def take_due(self) -> None:
        """What was kept until its time."""
        for body in await self._journal.record(waiting_bodies):
            command = read_command(body)
            if due(command.nbf_ms, command.exp_ms, self._now_ms()) is not Due.EARLY:
                await self._judge(row_of(command, body), command.order)

    async def _judge(self, row: CommandRow, order: AnyOrder) -> None:
        match due(row.nbf_ms, row.exp_ms, self._now_ms()):
            case Due.NOW:
                await self._try(row, order)
            case Due.EARLY:
                await self._journal.record(partial(keep_waiting, row=row))
            case Due.LATE:
                await self._refuse(row, Reason.EXPIRED, SENTENCES[Reason.EXPIRED])
            case Due.NEVER:
                await self._refuse(row, Reason.WRONG_TIMES, SENTENCES[Reason.WRONG_TIMES])

    async def _try(self, row: CommandRow, order: AnyOrder) -> None:
        try:
            if isinstance(order, Urgent):
                await self._air(row, order)
            else:
                await self._record(row, await self._deed(row, order))
        except RefusedOrderError as error:
            await self._refuse(row, error.reason, str(error))
        except FinalError as error:
            await self._refuse(row, Reason.IMPOSSIBLE, str(error))
        else:
            log.info("command %s of the province (%s) is carried out", row.id, row.kind)
            self._bus.publish(ProvinceAsked(row.id, row.kind))

    async def _record(self, row: CommandRow, deed: Deed) -> None:
        def work(tx: Tx) -> None:
            keep_outcome(tx, row, deed(tx))

        await self._journal.record(work)

    async def _refuse(self, row: CommandRow, reason: Reason, detail: str) -> None:
        def work(tx: Tx) -> None:
            count_refusal(tx, reason)
            keep_outcome(tx, row, Outcome(done=False, outcome=reason, detail=detail[:400]))

        await self._journal.record(work)
        log.warning("command %s of the province (%s) is refused: %s", row.id, row.kind, detail)

    async def _deed(self, row: CommandRow, order: AnyOrder) -> Deed:
        """What is slow is done here, beside the loop; the deed itself only writes."""
        if isinstance(order, FetchClip):
            return partial(self._fetch, command=row.id, order=order)
        return partial(_proposed, one=await asyncio.to_thread(self._offer, row.id, order))

    def _offer(self, command: str, order: AnyOrder) -> Proposal:
        settings = self._hands.settings
        match order:
            case ConfigFragment():
                return config_offer(command, order, settings)
            case TemplateOffer():
                return template_offer(command, order, settings)
            case RosterOffer():
                return roster_offer(command, order, settings)
            case LevelsOffer():
                return levels_offer(command, order, self._hands.place.gauges)
            case UpdateOffer():
                return update_offer(command, order)
            case _:
                raise FinalError("Hộp này không biết làm loại lệnh này.")

    def _fetch(self, tx: Tx, command: str, order: FetchClip) -> Outcome:
        kind, _, name = order.of.partition("/")
        if not 0 < order.until_ms - order.since_ms <= LONGEST_FILM_MS:
            raise FinalError("Đoạn phim phải dài từ 1 giây đến 10 phút.")
        if (kind == "camera" and name not in self._hands.place.cameras) or not is_recorded(tx, order.of):
            raise FinalError("Hộp này không có camera hoặc sự việc đó.")
        self._hands.film.wanted(tx, Wish(command, order.of, order.since_ms, order.until_ms))
        return Outcome(done=True, outcome="queued")

    async def _air(self, row: CommandRow, order: Urgent) -> None:
        """The incident, the bulletin to be spoken and the result are one transaction; the station does the rest."""
        key = await self._journal.record(partial(accepted_key, key_id=order.key_id))
        words = judged(order, key, self._hands.place, self._now_ms())
        assert key is not None, "judged refuses without a key"
        incident = incident_of(
            words, key, self._hands.place, self._hands.desk.new_id(), self._journal.clock.now().at_ms
        )
        bulletin = urgent_row(words, key, self._hands.place, incident.id)

        def also(tx: Tx) -> None:
            _still_accepted(tx, key)
            add_urgent(tx, bulletin)
            tx.deed(key.name, "province", "urgent.take", f"{bulletin.id} {row.id} {key.key_id}")
            keep_outcome(tx, row, Outcome(done=True, outcome="accepted"))

        await self._hands.desk.open(incident, None, bulletin.hamlets, also)

    def _now_ms(self) -> int:
        return self._time.now_ms(self._journal.clock.now())


def _still_accepted(tx: Tx, key: AcceptedKey) -> None:
    if accepted_key(tx, key.key_id) != key:
        raise RefusedOrderError(Reason.NOT_ACCEPTED_KEY)


def _proposed(tx: Tx, one: Proposal) -> Outcome:
    add_proposal(tx, one)
    return Outcome(done=True, outcome="proposed")
