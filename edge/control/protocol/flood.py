"""The river as people act on it: its levels, what was set off, the roll call, drills."""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import HamletName, KnownId, Request, Uuid

Issued = Annotated[str, Meta(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")]
"""The local day of a document."""
Metres = Annotated[float, Meta(ge=-100, le=4000)]


class SetLevels(Request, frozen=True):
    """The báo động levels of a gauge, with the document that says so. Kept with history. Reply: ``{"number"}``."""

    station: HamletName
    bao_dong_m: tuple[Metres, Metres, Metres]
    datum: Annotated[str, Meta(max_length=120)]
    source: Annotated[str, Meta(min_length=1, max_length=300)]
    issued: Issued


class StopFloodAction(Request, frozen=True):
    """One press: this announcement, storm, message or warning to other systems is stopped. Reply: ``{"what"}``."""

    id: KnownId


class SetEvacuated(Request, frozen=True):
    """So many people of a hamlet have left for a shelter."""

    hamlet: HamletName
    evacuated: Annotated[int, Meta(ge=0, le=100_000)]


class StartDrill(Request, frozen=True):
    """A drill: a river that is not real rises to báo động ``level`` and falls again. Reply: ``{"id"}``."""

    id: Uuid
    station: HamletName
    level: Annotated[int, Meta(ge=1, le=3)] = 3
    minutes: Annotated[int, Meta(ge=1, le=240)] = 20


class EndDrill(Request, frozen=True):
    """The drill is over."""


FloodRequest = SetLevels | StopFloodAction | SetEvacuated | StartDrill | EndDrill
