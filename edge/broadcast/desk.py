"""The station as people use it through the panel: one method a button."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from edge.broadcast.service import BroadcastService
from edge.broadcast.spoken_reply import spoken_reply
from edge.broadcast.template_desk import Wish
from edge.control.protocol import AirTemplate, ChangeBulletin, DraftBulletin, PreviewTemplate
from edge.core.errors import FinalError
from edge.core.normalise_vi import SpokenText
from edge.core.personal_data import personal_data
from edge.core.place import HamletId
from edge.core.policy.rights import Role
from edge.core.policy.speaking_length import speaking_s
from edge.store.bulletins import BulletinRow


class StationDesk:
    """Answers the panel; what it promises is stored before it returns."""

    def __init__(self, station: BroadcastService) -> None:
        self._station = station

    async def read(self, text: str, hamlets: Sequence[str] = ()) -> dict[str, Any]:
        """How a text would be spoken, what in it looks like somebody's private data, how long it would last."""
        spoken = self._station.drafts.read(text)
        day = await self._station.day_budget.today(hamlets)
        return spoken_reply(spoken) | {
            "cautions": [asdict(one) for one in personal_data(text)],
            "seconds": round(speaking_s(spoken.spoken, self._station.drafts.speed)),
            "day": asdict(day) if day else None,
        }

    async def draft(self, request: DraftBulletin) -> dict[str, Any]:
        """Keep a notice; rendering goes on after this returns."""
        spoken = await self._station.drafts.draft(_row(request), request.role, submit=request.submit)
        return _kept(request.id, spoken)

    async def change(self, request: ChangeBulletin) -> dict[str, Any]:
        """Another text for it; it is rendered anew, and what was approved is void."""
        return _kept(request.id, await self._station.drafts.change(_row(request), request.role))

    async def submit(self, bulletin: str, user: str, role: str) -> None:
        """Send it to those who approve."""
        await self._station.drafts.submit(bulletin, user, role)

    async def approve_template(self, template: str, seal: str, user: str, role: str) -> None:
        """Its fixed words were heard; nodes fetch them with their next plan."""
        await self._station.shelf.approve(template, seal, user, role)

    async def preview_template(self, request: PreviewTemplate) -> dict[str, Any]:
        """What a filled template would say, to be heard."""
        said = await self._station.template_desk.preview(request.template, request.values)
        clips = [part.clip for part in said.parts]
        return {"text": said.text, "clips": [clip.sha256 for clip in clips], "ms": sum(clip.ms for clip in clips)}

    async def air_template(self, request: AirTemplate) -> str:
        """Fill a template and air it at once."""
        wish = Wish(
            id=request.id,
            template=request.template,
            values=request.values,
            hamlets=request.hamlets,
            times=request.times,
            press=request.press,
            user=request.user,
            role=request.role,
        )
        return await self._station.template_desk.air(wish)

    async def sign_off(self, bulletin: str, user: str, role: str) -> None:
        """Confirm what was aired from a template."""
        await self._station.template_desk.sign_off(bulletin, user, role)

    async def approve(self, bulletin: str, seal: str, user: str, role: str) -> None:
        """Approve exactly what this seal names, and have it ready on the horns."""
        await self._station.drafts.approve(bulletin, seal, user, role)
        await self._station.arbiter.prepare(bulletin, user)

    async def give_back(self, bulletin: str, comment: str, user: str, role: str) -> None:
        """Return it with a comment."""
        await self._station.drafts.give_back(bulletin, comment, user, role)

    async def air(self, bulletin: str, user: str, role: str, press: str, *, at_night: bool = False) -> str:
        """Air it now, or queue it; ``at_night``: a leader wants it in quiet hours too.

        Raises FinalError when a clip of it was lost: it must be approved again.
        """
        if at_night and role != Role.LEADER:
            raise FinalError("Chỉ lãnh đạo xã được cho phát trong giờ yên tĩnh.")
        if why := await self._station.clips.check(bulletin):
            raise FinalError(why)
        return await self._station.arbiter.air(bulletin, user, role, press, at_night=at_night)

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence these hamlets."""
        await self._station.stop(hamlets, user, role)

    async def test_horn(self, horn: str, user: str, role: str) -> None:
        """Test one horn."""
        await self._station.test_horn(horn, user, role)


def _row(request: DraftBulletin | ChangeBulletin) -> BulletinRow:
    return BulletinRow(
        id=request.id,
        text=request.text,
        spoken="",
        priority=request.priority,
        hamlets=request.hamlets,
        state="rendering",
        author=request.user,
        approver=None,
        recording=None,
        incident=None,
    )


def _kept(bulletin: str, spoken: SpokenText) -> dict[str, Any]:
    return {"id": bulletin, "state": "rendering" if spoken.complete else "unread"} | spoken_reply(spoken)
