"""What people in the field do: press a button on an incident, report one, send a photo, want web push.

A press is stored before it is answered, under the id that the browser made: sent again, it is the same press.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from edge.core.alert import Person
from edge.core.errors import FinalError, TransientError
from edge.core.field import (
    SEVERITIES,
    Act,
    Pressed,
    ReportKind,
    help_brief,
    help_text,
    is_push_service,
    report_title,
    waited_words,
)
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.core.local_time import clock
from edge.core.moment import AtMs
from edge.core.news import AlertChanged, IncidentChanged, IncidentOpened
from edge.core.place import EVERYWHERE
from edge.core.policy.alerting import recipients
from edge.core.policy.rights import ALLOWED, Role, is_same_name
from edge.incidents.desk import WHOLE_COMMUNE, IncidentDesk
from edge.incidents.photos import Photos
from edge.kernel.bus import Bus
from edge.store.field import (
    Kept,
    add_address,
    asked_for_help,
    drop_address,
    keep_act,
    keep_photo,
    keep_report,
    photo_place,
    report_of,
    reports_since,
)
from edge.store.incidents import Consequences, keep_still, tell_again
from edge.store.journal import Journal, Tx

TOLD_REPORTS = 5
"""Of one person in ``TOLD_MS``; a further one is shown on the wall and told to nobody: one SIM tells ten people a
minute, and a thumb or a joker must not keep it from those who need it."""
TOLD_MS = 10 * 60_000
MOST_REPORTS = 120
"""In an hour. Overflow rule: one more is refused for now; the phone keeps it and sends it again."""
HOUR_MS = 3_600_000


class FieldDesk:
    """Answers the phone page; what it promises is stored before it returns."""

    def __init__(
        self,
        desk: IncidentDesk,
        photos: Photos,
        journal: Journal,
        bus: Bus,
        roster: Sequence[Person],
        hamlets: Mapping[str, str],
    ) -> None:
        self._desk = desk
        self._photos = photos
        self._journal = journal
        self._bus = bus
        self._roster = roster
        self._hamlets = {EVERYWHERE: WHOLE_COMMUNE, **hamlets}
        self._opening = asyncio.Lock()

    async def act(self, incident: str, act: Act, pressed: Pressed) -> dict[str, Any]:
        """One of the four buttons; raises FinalError for an unknown incident and for "done" without a word."""
        if act is Act.DONE and not pressed.note.strip():
            raise FinalError("Hãy ghi đã giải quyết thế nào rồi bấm Xong.")
        pressed = self._known(pressed)
        kept, told, mine = await self._journal.record(partial(self._write, incident=incident, act=act, pressed=pressed))
        closes = act is Act.DONE and Role(pressed.role) in ALLOWED["CloseIncident"]
        closed = closes and await self._desk.close_by_hand(incident, pressed.note, pressed.user, pressed.role)
        self._bus.publish(IncidentOpened(IncidentId(incident)) if told else IncidentChanged())
        self._bus.publish(AlertChanged())
        over = closed or not kept.open
        return {"sentence": _sentence(act, kept, mine or told, over), "closed": over}

    def _write(self, tx: Tx, incident: str, act: Act, pressed: Pressed) -> tuple[Kept, bool, bool]:
        """In one transaction: what is kept, whether people are told, whether this press took the incident."""
        kept = keep_act(tx, incident, act, pressed, self._detail(pressed))
        if not kept.fresh:
            return kept, False, False
        mine = act is Act.TAKE and kept.open and not kept.taken_by
        helps = act is Act.HELP and kept.open and not asked_for_help(tx, incident, pressed.user, pressed.id)
        call = self._call_for_help(kept, pressed)
        if helps:
            tell_again(tx, incident, call)
        return kept, helps and bool(call.people), mine

    def _call_for_help(self, kept: Kept, pressed: Pressed) -> Consequences:
        people = recipients(IncidentKind.REPORT, Severity.SEVERE, {pressed.hamlet, kept.hamlet} - {""}, self._roster)
        where = self._hamlets.get(pressed.hamlet, kept.place)
        words = help_text(pressed.user, where, clock(self._journal.clock.now().at_ms))
        others = tuple(person for person in people if person.id != pressed.person)
        return Consequences(others, words, None, {}, (), brief=help_brief(where))

    async def report(self, kind: ReportKind, pressed: Pressed) -> dict[str, Any]:
        """Open an incident; the same id again is the same incident. Raises FinalError, TransientError when too many."""
        if pressed.hamlet not in self._hamlets:
            raise FinalError(f"Không có thôn {pressed.hamlet[:40]!r}.")
        pressed = self._known(pressed)
        async with self._opening:  # between the look and the opening nobody opens the same
            known = await self._journal.record(partial(report_of, report=pressed.id))
            incident = known or await self._open(kind, pressed)
        return {"incident": incident, "sentence": "Đã báo về xã. Hãy giữ máy: xã sẽ gọi nếu cần."}

    async def _open(self, kind: ReportKind, pressed: Pressed) -> str:
        now_ms = self._journal.clock.now().at_ms
        quiet = await self._journal.record(partial(_is_too_much, now_ms=now_ms, user=pressed.user))
        place = self._hamlets[pressed.hamlet]
        incident = Incident(
            id=self._desk.new_id(),
            kind=IncidentKind.REPORT,
            severity=SEVERITIES[kind],
            subject=f"report/{pressed.id}",
            place=place,
            hamlet=pressed.hamlet,
            title=report_title(kind, place),
            began_at_ms=AtMs(now_ms - pressed.waited_ms),
        )
        also = partial(keep_report, incident=incident.id, kind=kind, pressed=pressed, detail=self._detail(pressed))
        await self._desk.open(incident, None, (pressed.hamlet,), also, quiet=quiet)
        return incident.id

    async def add_photo(self, photo: str, of: str, user: str, role: str) -> dict[str, Any]:
        """Check a spooled picture and keep it; the same id again is the same. Raises FinalError, TransientError."""
        place = await self._journal.record(partial(photo_place, photo=photo, of=of))
        if not place.there:
            made = await self._photos.take(photo, of, is_still=place.is_still)

            def work(tx: Tx) -> None:
                keep_photo(tx, place.incident, made, user, role)
                if place.is_still:
                    keep_still(tx, place.incident, made.path, made.sha256)

            await self._journal.record_surely(work)
            self._bus.publish(IncidentChanged())
        self._photos.forget(photo)
        return {"incident": place.incident}

    async def subscribe(self, subscription: dict[str, object], person: str, user: str, role: str) -> dict[str, Any]:
        """Remember where this person's browser takes web push; raises FinalError when nobody knows who he is."""
        if not is_push_service(str(subscription["endpoint"])):
            raise FinalError("Trình duyệt này dùng dịch vụ thông báo mà hộp chưa hỗ trợ.")
        known = self._person(person, user)
        if known is None:
            raise FinalError(
                f"Tên {user[:60]!r} không có trong danh sách cán bộ: hãy đăng nhập lại bằng đúng họ tên của mình."
            )
        work = partial(add_address, person=known.id, subscription=subscription, user=user, role=role)
        await self._journal.record(work)
        return {"name": known.name}

    async def unsubscribe(self, endpoint: str) -> dict[str, Any]:
        """Forget this browser."""
        return {"forgotten": await self._journal.record(partial(drop_address, endpoint=endpoint))}

    def _known(self, pressed: Pressed) -> Pressed:
        """The same press with whom the roster knows: his link says it, or else his name, if it is only one's."""
        known = self._person(pressed.person, pressed.user)
        return replace(pressed, person=known.id if known else "", via="link" if pressed.person else "phone")

    def _person(self, person: str, user: str) -> Person | None:
        by_id = [one for one in self._roster if one.id == person]
        named = by_id or [one for one in self._roster if is_same_name(one.name, user)]
        return named[0] if len(named) == 1 else None

    def _detail(self, pressed: Pressed) -> str:
        """What the story shows: the note, the hamlet, and how late it came."""
        where = self._hamlets.get(pressed.hamlet, "")
        return " · ".join(filter(None, (pressed.note.strip(), where, waited_words(pressed.waited_ms))))


def _is_too_much(tx: Tx, now_ms: int, user: str) -> bool:
    """Whether people shall not be told of one more report of this person; raises TransientError at the hour's end."""
    if reports_since(tx, now_ms - HOUR_MS) >= MOST_REPORTS:
        raise TransientError("Đang có quá nhiều báo cáo cùng lúc. Máy sẽ tự gửi lại.")
    return reports_since(tx, now_ms - TOLD_MS, user) >= TOLD_REPORTS


def _sentence(act: Act, kept: Kept, did: bool, over: bool) -> str:
    """``did``: this press took the incident, or people are told of it now."""
    if over and act is not Act.DONE:
        return "Đã ghi lại. Sự cố này đã kết thúc."
    if act is Act.DONE:
        return "Đã ghi. Sự cố đã kết thúc." if over else "Đã báo trực ban là xong. Trực ban sẽ kết thúc sự cố."
    if act is Act.TAKE and kept.taken_by and not did:
        return "Đã có người nhận trước. Đã ghi là bạn cùng làm."
    if act is Act.HELP and not did:
        return "Đã ghi lại. Không báo thêm cho ai: vừa báo xong, hoặc không còn ai để báo. Hãy gọi điện."
    return _WORDS[act]


_WORDS = {
    Act.TAKE: "Đã ghi: bạn nhận việc này.",
    Act.COMING: "Đã ghi: bạn đang đến.",
    Act.HELP: "Đã báo các cán bộ khác: bạn cần giúp.",
}
