"""Requests of the office: shifts handed over, persons' requests about their data, the audit log examined."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.control.protocol.base import AtMs, Request, Uuid

AskName = Literal["see", "copy", "correct", "delete", "restrict", "object", "withdraw"]
StepKind = Literal["note", "answered", "done", "refused"]
ShiftNotes = Annotated[str, Meta(max_length=4000)]
Words = Annotated[str, Meta(min_length=1, max_length=2000)]


class GetMatters(Request, frozen=True):
    """What is open now. Reply: {"matters": [{kind, sentence, weight, path}]}, the weightiest first."""


class HandOver(Request, frozen=True):
    """Hand the shift over, with notes and what is open at this moment. Reply: {}."""

    id: Uuid
    notes: ShiftNotes


class TakeOver(Request, frozen=True):
    """Take over a shift that somebody else handed over. Reply: {}."""

    id: Uuid
    note: Annotated[str, Meta(max_length=1000)] = ""


class ListRequests(Request, frozen=True):
    """Persons' requests, open ones first by deadline; reading them is audited. Reply: {"rows": [...], "now_ms"}.

    A row: {id, number, kind, who, reach, about, came_at_ms, due_ms, state, answered_at_ms, closed_at_ms, steps}.
    """


class AddRequest(Request, frozen=True):
    """A person asked something about his or her data. Reply: {"number", "due_ms"}."""

    id: Uuid
    kind: AskName
    who: Annotated[str, Meta(min_length=1, max_length=120)]
    reach: Annotated[str, Meta(min_length=1, max_length=200)]
    about: Words
    came_at_ms: AtMs


class StepRequest(Request, frozen=True):
    """A note, the answer, the deed, or a refusal with its reason. Reply: {}."""

    id: Uuid
    kind: StepKind
    words: Words


class GetUpkeep(Request, frozen=True):
    """How the box is kept. Reply: {version, installed, releases, started_at_ms, schema, backup, database_bytes, ...}.

    `backup` is null where none was made, else {made_at_ms, folder, file, bytes, kept, age_h}.
    """


class VerifyAudit(Request, frozen=True):
    """Reckon the whole log anew. Reply: {lines, checkpoints, sealed_to, sealed_at_ms, unsealed, problems: [...]}."""


OfficeRequest = GetMatters | HandOver | TakeOver | ListRequests | AddRequest | StepRequest | VerifyAudit | GetUpkeep
