"""Incidents, and the rules that opened them."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from edge.control.protocol.base import Comment, HamletName, KnownId, Request


class TakeIncident(Request, frozen=True):
    """The duty officer has seen this incident and acts."""

    id: KnownId


class SeeIncident(Request, frozen=True):
    """Somebody looks at this incident: the first look of each person is written into its story."""

    id: KnownId


class CloseIncident(Request, frozen=True):
    """Somebody ends an incident by hand and says how it was settled."""

    id: KnownId
    how: Comment


class JudgeIncident(Request, frozen=True):
    """One press: this was a false alarm, or it was not.

    Reply: ``{"proposal": sentence, "toml": lines}`` of a change to the rule that would have prevented it, both empty
    for a true one.
    """

    id: KnownId
    verdict: Literal["false_alarm", "true_alarm"]


class SuspendRule(Request, frozen=True):
    """Let one rule of a camera rest (``rule`` "all": every one) for some minutes; 0 ends the rest."""

    camera: HamletName
    rule: HamletName
    minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 60


Shares = tuple[Annotated[float, Meta(ge=0, le=1)], Annotated[float, Meta(ge=0, le=1)]]


class TryRule(Request, frozen=True):
    """What a rule would have done with what moved in the last hours; nothing is kept.

    ``rule`` is a table as in the config: a zone with ``polygon`` or a line with ``points``. Reply: ``{"fired":
    [{at_ms, until_ms, label, most}], "passages": [{label, began_ms, path}], "hours", "toml"}``.
    """

    camera: HamletName
    rule: dict[str, Any]
    hours: Annotated[int, Meta(ge=1, le=24)] = 24


IncidentsRequest = TakeIncident | SeeIncident | CloseIncident | JudgeIncident | SuspendRule | TryRule
