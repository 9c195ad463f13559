"""Residents' reports: kept, answered on air by a draft that a second person approves, or settled."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from edge.control.protocol import AddReport, AnswerReport, CloseReport, DraftBulletin
from edge.core.errors import FinalError
from edge.core.place import EVERYWHERE
from edge.store.journal import Journal
from edge.store.residents import add_report, answered, get_report, settle

Draft = Callable[[DraftBulletin], Awaitable[dict[str, Any]]]
_DIGITS = re.compile(r"(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")
"""Anything that could be somebody's phone number."""
NO_NUMBERS = "Không ghi số điện thoại vào phản ánh hay câu trả lời: cả thôn sẽ nghe. Hãy xoá số rồi lưu lại."


class Residents:
    """Answers the page; what it promises is stored before it returns."""

    def __init__(self, hamlets: Mapping[str, str], draft: Draft, journal: Journal) -> None:
        """``hamlets`` are names by id; ``draft`` keeps a notice and has it rendered."""
        self._hamlets = {EVERYWHERE: "toàn xã", **hamlets}
        self._draft = draft
        self._journal = journal

    async def add(self, request: AddReport) -> None:
        """Keep a report; raises FinalError for an unknown hamlet and for a text with a phone number."""
        if request.hamlet not in self._hamlets:
            raise FinalError(f"Không có thôn {request.hamlet!r}.")
        _refuse_numbers(request.text)
        await self._journal.record(
            partial(
                add_report,
                number=request.id,
                text=request.text,
                hamlet=request.hamlet,
                user=request.user,
                role=request.role,
            )
        )

    async def answer(self, request: AnswerReport) -> dict[str, Any]:
        """A draft that says what was asked about only by its hamlet, in the words of whoever answers."""
        _refuse_numbers(request.answer)
        found = await self._journal.record(partial(get_report, number=request.id))
        place = self._hamlets.get(found.hamlet, found.hamlet)
        draft = DraftBulletin(
            user=request.user,
            role=request.role,
            id=request.bulletin,
            text=f"Trả lời phản ánh của bà con {place}. {request.answer}",
            priority=request.priority,
            hamlets=request.hamlets,
        )
        reply = await self._draft(draft)
        await self._journal.record(
            partial(answered, number=found.id, bulletin=request.bulletin, user=request.user, role=request.role)
        )
        return reply

    async def close(self, request: CloseReport) -> None:
        """Settled without an answer on air."""
        await self._journal.record(
            partial(settle, number=request.id, how=request.how, user=request.user, role=request.role)
        )


def _refuse_numbers(text: str) -> None:
    if _DIGITS.search(text):
        raise FinalError(NO_NUMBERS)
