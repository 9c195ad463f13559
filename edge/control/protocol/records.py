"""Records of the loudspeaker station: reports, and what residents reported."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol.base import HamletName, Hamlets, KnownId, PriorityName, Request, Uuid

Month = Annotated[str, Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])\Z")]
Told = Annotated[str, Meta(min_length=1, max_length=2000)]


class MakeReport(Request, frozen=True):
    """The monthly report as a file. Reply: ``{"file", "sha256", "bytes"}``; it lies in the box's reports folder."""

    month: Month
    form: Literal["pdf", "xlsx"]


class MakeCommuneReport(Request, frozen=True):
    """The commune's report of a day or a month, in all forms. Reply: ``{"id"}``, a row of the table ``report``."""

    kind: Literal["day", "month"]
    period: Annotated[str, Meta(pattern=r"^20\d\d-\d\d(-\d\d)?\Z")]


class KeepSignedReport(Request, frozen=True):
    """A signed PDF of a report lies in the reports folder, asked by ``molang reports sign``. Reply: ``{"sha256"}``."""

    report: KnownId
    file: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,150}\.pdf\Z")]
    signer: Annotated[str, Meta(min_length=1, max_length=200)]


class AddReport(Request, frozen=True):
    """Somebody of a hamlet reported something; no name and no phone number belong into the text."""

    id: Uuid
    text: Told
    hamlet: HamletName


class AnswerReport(Request, frozen=True):
    """Answer a resident's report on air: a draft in these words, which a second person approves. Reply: as drafts."""

    id: KnownId
    bulletin: Uuid
    answer: Told
    priority: PriorityName
    hamlets: Hamlets


class CloseReport(Request, frozen=True):
    """A resident's report is settled without an answer on air."""

    id: KnownId
    how: Annotated[str, Meta(min_length=1, max_length=500)]


RecordsRequest = MakeReport | MakeCommuneReport | KeepSignedReport | AddReport | AnswerReport | CloseReport
