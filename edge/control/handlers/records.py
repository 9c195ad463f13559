"""Requests about records."""

from typing import Any, Literal, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.recording import Who
from edge.core.report.period import Kind


class Reports(Protocol):
    """Who makes reports."""

    async def make(self, month: str, form: Literal["pdf", "xlsx"], who: Who) -> dict[str, Any]:
        """The file of a month."""
        ...

    async def make_commune(self, kind: Kind, key: str, who: Who) -> dict[str, Any]:
        """The commune's report of a day or month."""
        ...

    async def keep_signed(self, report: str, name: str, signer: str, who: Who) -> dict[str, Any]:
        """A report is signed."""
        ...


class Residents(Protocol):
    """Who keeps what residents reported."""

    async def add(self, request: asked.AddReport) -> None:
        """Keep it."""
        ...

    async def answer(self, request: asked.AnswerReport) -> dict[str, Any]:
        """Draft an answer on air."""
        ...

    async def close(self, request: asked.CloseReport) -> None:
        """Settle it."""
        ...


def record_handlers(reports: Reports, residents: Residents) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def make(request: asked.MakeReport) -> dict[str, Any]:
        return await reports.make(request.month, request.form, Who(request.user, request.role))

    async def make_commune(request: asked.MakeCommuneReport) -> dict[str, Any]:
        return await reports.make_commune(Kind(request.kind), request.period, Who(request.user, request.role))

    async def signed(request: asked.KeepSignedReport) -> dict[str, Any]:
        who = Who(request.user, request.role)
        return await reports.keep_signed(request.report, request.file, request.signer, who)

    async def add(request: asked.AddReport) -> dict[str, Any]:
        await residents.add(request)
        return {}

    async def close(request: asked.CloseReport) -> dict[str, Any]:
        await residents.close(request)
        return {}

    return {
        asked.MakeReport: make,
        asked.MakeCommuneReport: make_commune,
        asked.KeepSignedReport: signed,
        asked.AddReport: add,
        asked.AnswerReport: residents.answer,
        asked.CloseReport: close,
    }
