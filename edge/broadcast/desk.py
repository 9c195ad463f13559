"""The station as people use it through the panel: one method a button."""

from collections.abc import Sequence
from typing import Any

from edge.broadcast.drafts import spoken_reply
from edge.broadcast.service import BroadcastService
from edge.control.protocol import DraftBulletin
from edge.core.errors import FinalError
from edge.core.place import HamletId
from edge.core.policy.rights import Role
from edge.store.bulletins import BulletinRow


class StationDesk:
    """Answers the panel; what it promises is stored before it returns."""

    def __init__(self, station: BroadcastService) -> None:
        self._station = station

    def read(self, text: str) -> dict[str, Any]:
        """How a text would be spoken."""
        return spoken_reply(self._station.drafts.read(text))

    async def draft(self, request: DraftBulletin) -> dict[str, Any]:
        """Keep a notice; rendering goes on after this returns."""
        row = BulletinRow(
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
        spoken = await self._station.drafts.draft(row, request.role)
        return {"id": request.id, "state": "rendering" if spoken.complete else "unread"} | spoken_reply(spoken)

    async def approve(self, bulletin: str, clips: Sequence[str], user: str, role: str) -> None:
        """Approve exactly these clips, and have them ready on the horns."""
        await self._station.drafts.approve(bulletin, clips, user, role)
        await self._station.arbiter.prepare(bulletin, user)

    async def give_back(self, bulletin: str, comment: str, user: str, role: str) -> None:
        """Return it with a comment."""
        await self._station.drafts.give_back(bulletin, comment, user, role)

    async def air(self, bulletin: str, user: str, role: str, press: str, *, at_night: bool = False) -> str:
        """Air it now, or queue it; ``at_night``: a leader wants it in quiet hours too."""
        if at_night and role != Role.LEADER:
            raise FinalError("Chỉ lãnh đạo xã được cho phát trong giờ yên tĩnh.")
        return await self._station.arbiter.air(bulletin, user, role, press, at_night=at_night)

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence these hamlets."""
        await self._station.stop(hamlets, user, role)

    async def test_horn(self, horn: str, user: str, role: str) -> None:
        """Test one horn."""
        await self._station.test_horn(horn, user, role)
