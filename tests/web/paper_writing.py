"""The part of the supervisor on paper that people write with: changes, templates, signatures."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from edge.control import protocol
from edge.control.server import Handler
from edge.core.errors import FinalError
from edge.core.template import Blank, BlankKind, Words, fill, whole
from tests.web.tones import opus_tone

Rows = Callable[[str], list[dict[str, Any]]]
Put = Callable[[str, Any], Awaitable[None]]


class PaperWriting:
    """Works on the sections of a paper commune; ``asked`` is every request in order."""

    def __init__(self, rows: Rows, put: Put, clips: Path, asked: list[Any], now: Callable[[], int]) -> None:
        self._rows = rows
        self._put = put
        self._clips = clips
        self._asked = asked
        self._now = now

    def handlers(self) -> dict[type, Handler]:
        return {
            protocol.ChangeBulletin: self._change,
            protocol.SubmitBulletin: self._submit,
            protocol.SignOff: self._sign,
            protocol.ApproveTemplate: self._approve,
            protocol.PreviewTemplate: self._preview,
            protocol.AirTemplate: self._air,
        }

    async def _change(self, wish: protocol.ChangeBulletin) -> dict[str, Any]:
        self._asked.append(wish)
        fields = {"text": wish.text, "hamlets": list(wish.hamlets), "priority": wish.priority, "approver": None}
        await self._move("bulletins", wish.id, state="ready", **fields)
        return {}

    async def _submit(self, wish: protocol.SubmitBulletin) -> dict[str, Any]:
        self._asked.append(wish)
        await self._move("bulletins", wish.id, state="ready", comment="")
        return {}

    async def _sign(self, wish: protocol.SignOff) -> dict[str, Any]:
        self._asked.append(wish)
        await self._move("bulletins", wish.id, signed_off_by=wish.user)
        return {}

    async def _approve(self, wish: protocol.ApproveTemplate) -> dict[str, Any]:
        self._asked.append(wish)
        await self._move(
            "templates", wish.template, state="approved", approved_by=wish.user, approved_at_ms=self._now()
        )
        return {}

    async def _preview(self, wish: protocol.PreviewTemplate) -> dict[str, Any]:
        text = self._filled(wish)
        sound = opus_tone(1.0)
        name = hashlib.sha256(sound).hexdigest()
        (self._clips / f"{name}.opus").write_bytes(sound)
        return {"text": text, "clips": [name], "ms": 1000}

    async def _air(self, wish: protocol.AirTemplate) -> dict[str, Any]:
        self._asked.append(wish)
        item = {"bulletin": wish.id, "order": "1-9", "title": self._filled(wish), "priority": "khan_cap"}
        await self._put("on_air", [{**item, "hamlets": list(wish.hamlets), "began_at_ms": self._now(), "ms": 60_000}])
        return {"state": "airing"}

    def _filled(self, wish: protocol.PreviewTemplate | protocol.AirTemplate) -> str:
        (row,) = (one for one in self._rows("templates") if one["id"] == wish.template)
        blanks = [
            Blank(**{**one, "kind": BlankKind(one["kind"]), "choices": tuple(one["choices"])}) for one in row["blanks"]
        ]
        return whole(fill(Words(row["text"], tuple(blanks)), wish.values))

    async def _move(self, section: str, name: str, **fields: Any) -> None:
        rows = self._rows(section)
        if all(one["id"] != name for one in rows):
            raise FinalError("Không có mục này.")
        await self._put(section, [{**one, **fields} if one["id"] == name else one for one in rows])


def _blank(row: dict[str, Any]) -> Blank:
    return Blank(**{**row, "kind": BlankKind(row["kind"]), "choices": tuple(row["choices"])})
