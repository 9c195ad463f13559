"""A supervisor on paper: the real control server and the real normaliser, with a commune that lives in a dictionary."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge.broadcast.spoken_reply import spoken_reply
from edge.control import protocol
from edge.control.server import Handler
from edge.core.errors import FinalError
from edge.core.personal_data import personal_data
from edge.core.policy.speaking_length import speaking_s
from tests.web.paper_archive import PaperArchive
from tests.web.paper_dictionary import PaperDictionary
from tests.web.paper_eyes import PaperEyes
from tests.web.paper_writing import PaperWriting
from tests.web.tones import opus_tone

Push = Callable[[str, Any], Awaitable[None]]
RENDER_S = 0.3


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class PaperCommune:
    """Keeps ``sections`` and tells ``push`` of each change; ``asked`` is every request in order."""

    def __init__(self, sections: dict[str, Any], clips: Path, push: Push, archive: PaperArchive) -> None:
        self.sections = sections
        self.asked: list[Any] = []
        self.archive = archive
        self.dictionary = PaperDictionary(self.asked)
        self._eyes = PaperEyes(archive, self.asked, now_ms)
        self._writing = PaperWriting(self.sections.__getitem__, self.put, clips, self.asked, now_ms)
        self._clips = clips
        self._push = push
        self._jobs: set[asyncio.Task[None]] = set()

    def handlers(self) -> dict[type, Handler]:
        return {
            protocol.GetState: self._state,
            protocol.GetWater: self._water,
            protocol.ReadText: self._read,
            protocol.DraftBulletin: self._draft,
            protocol.ApproveBulletin: self._approve,
            protocol.ReturnBulletin: self._return,
            protocol.AirBulletin: self._air,
            protocol.StopHorns: self._stop,
            protocol.TestHorn: self._note,
            protocol.TakeIncident: self._take,
            protocol.SuspendRule: self._suspend,
            **self.dictionary.handlers(),
            **self._eyes.handlers(),
            **self._writing.handlers(),
        }

    async def put(self, section: str, value: Any) -> None:
        self.sections[section] = value
        await self._push(section, value)

    async def tick(self) -> None:
        await self.put("clock", {"state": "synced", "at_ms": now_ms()})

    def bulletin(self, name: str) -> dict[str, Any]:
        found = [one for one in self.sections["bulletins"] if one["id"] == name]
        if not found:
            raise FinalError("Không có bản tin này.")
        return dict(found[0])

    async def change(self, name: str, **fields: Any) -> None:
        rows = [{**one, **fields} if one["id"] == name else one for one in self.sections["bulletins"]]
        await self.put("bulletins", rows)

    async def _state(self, _: protocol.GetState) -> dict[str, Any]:
        return {**self.sections, "clock": {"state": "synced", "at_ms": now_ms()}}

    async def _water(self, _: protocol.GetWater) -> dict[str, Any]:
        return {"gauges": self.sections["gauges"], "outlooks": self.sections.get("flood", {}).get("outlooks", [])}

    async def _read(self, wish: protocol.ReadText) -> dict[str, Any]:
        spoken = self.dictionary.read(wish.text)
        cautions = [asdict(one) for one in personal_data(wish.text)]
        day = {"used_s": 1_500, "limit_s": 1_800}
        return spoken_reply(spoken) | {"cautions": cautions, "seconds": round(speaking_s(spoken.spoken)), "day": day}

    async def _draft(self, wish: protocol.DraftBulletin) -> dict[str, Any]:
        self.asked.append(wish)
        spoken = self.dictionary.read(wish.text)
        row: dict[str, Any] = {
            "id": wish.id, "text": wish.text, "spoken": spoken.spoken, "priority": wish.priority,
            "hamlets": list(wish.hamlets), "state": "rendering" if spoken.complete else "unread", "author": wish.user,
            "approver": None, "comment": "", "made_at_ms": now_ms(), "ms": None, "clips": [], "reports": {},
            "writers": [wish.user], "seal": None, "template": None, "signed_off_by": None, "repeats_left": 0,
        }  # fmt: skip
        await self.put("bulletins", [row, *self.sections["bulletins"]])
        job = asyncio.create_task(self._render(wish.id))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return {"bulletin": row, **spoken_reply(spoken)}

    async def _render(self, name: str) -> None:
        await asyncio.sleep(RENDER_S)
        sound = opus_tone(1.0)
        sha256 = hashlib.sha256(sound).hexdigest()
        (self._clips / f"{sha256}.opus").write_bytes(sound)
        await self.change(name, state="ready", clips=[sha256], ms=1000, seal=hashlib.sha256(name.encode()).hexdigest())

    async def _approve(self, wish: protocol.ApproveBulletin) -> dict[str, Any]:
        self.asked.append(wish)
        if wish.seal != self.bulletin(wish.id)["seal"]:
            raise FinalError("Bản tin đã đổi sau khi bạn nghe: hãy xem và nghe lại rồi duyệt.")
        await self.change(wish.id, state="approved", approver=wish.user)
        return {}

    async def _return(self, wish: protocol.ReturnBulletin) -> dict[str, Any]:
        self.asked.append(wish)
        await self.change(wish.id, state="returned", comment=wish.comment)
        return {}

    async def _air(self, wish: protocol.AirBulletin) -> dict[str, Any]:
        self.asked.append(wish)
        row = self.bulletin(wish.id)
        await self.change(wish.id, state="airing")
        item = {"bulletin": wish.id, "order": "1-7", "title": row["text"], "priority": row["priority"]}
        await self.put("on_air", [{**item, "hamlets": row["hamlets"], "began_at_ms": now_ms(), "ms": 60_000}])
        return {}

    async def _stop(self, wish: protocol.StopHorns) -> dict[str, Any]:
        self.asked.append(wish)
        for item in self.sections["on_air"]:
            await self.change(item["bulletin"], state="stopped", reports={"PARTIAL": 2})
        await self.put("on_air", [])
        return {}

    async def _note(self, wish: protocol.TestHorn) -> dict[str, Any]:
        self.asked.append(wish)
        return {}

    async def _take(self, wish: protocol.TakeIncident) -> dict[str, Any]:
        self.asked.append(wish)
        self._eyes.take(wish)
        mine = {"taken_by": wish.user, "taken_at_ms": now_ms()}
        rows = [{**one, **mine} if one["id"] == wish.id else one for one in self.sections["incidents"]]
        await self.put("incidents", rows)
        return {}

    async def _suspend(self, wish: protocol.SuspendRule) -> dict[str, Any]:
        self.asked.append(wish)
        until_ms = now_ms() + wish.minutes * 60_000 if wish.minutes else None
        zones = {
            camera: [
                {**rule, "suspended_until_ms": until_ms} if (camera, rule["id"]) == (wish.camera, wish.rule) else rule
                for rule in rules
            ]
            for camera, rules in self.sections["zones"].items()
        }
        await self.put("zones", zones)
        return {"until_ms": until_ms}
