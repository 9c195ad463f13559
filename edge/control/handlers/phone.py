"""Requests of the phone page."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.field import DIGITS, Act, Pressed, ReportKind, Spot


class Field(Protocol):
    """The desk for people in the field."""

    async def act(self, incident: str, act: Act, pressed: Pressed) -> dict[str, Any]:
        """One of the four buttons."""
        ...

    async def report(self, kind: ReportKind, pressed: Pressed) -> dict[str, Any]:
        """Something that somebody sees."""
        ...

    async def add_photo(self, photo: str, of: str, user: str, role: str) -> dict[str, Any]:
        """A picture of an act or a report."""
        ...

    async def subscribe(self, subscription: dict[str, object], person: str, user: str, role: str) -> dict[str, Any]:
        """Where a browser takes web push."""
        ...

    async def unsubscribe(self, endpoint: str) -> dict[str, Any]:
        """No more."""
        ...


def phone_handlers(field: Field) -> dict[type, Handler]:
    """Part of the table for the control server."""

    async def act(request: asked.PhoneAct) -> dict[str, Any]:
        return await field.act(request.incident, Act(request.act), _pressed(request, request.hamlet or ""))

    async def report(request: asked.ReportFromHamlet) -> dict[str, Any]:
        return await field.report(ReportKind(request.kind), _pressed(request, request.hamlet))

    async def add_photo(request: asked.AddPhoto) -> dict[str, Any]:
        return await field.add_photo(request.id, request.of, request.user, request.role)

    return {
        asked.PhoneAct: act,
        asked.ReportFromHamlet: report,
        asked.AddPhoto: add_photo,
        **_of_push(field),
    }


def _of_push(field: Field) -> dict[type, Handler]:
    async def subscribe(request: asked.Subscribe) -> dict[str, Any]:
        keys = {"p256dh": request.p256dh, "auth": request.auth}
        subscription: dict[str, object] = {"endpoint": request.endpoint, "keys": keys}
        return await field.subscribe(subscription, request.person, request.user, request.role)

    async def unsubscribe(request: asked.Unsubscribe) -> dict[str, Any]:
        return await field.unsubscribe(request.endpoint)

    return {asked.Subscribe: subscribe, asked.Unsubscribe: unsubscribe}


def _pressed(request: asked.PhoneAct | asked.ReportFromHamlet, hamlet: str) -> Pressed:
    where = request.place
    spot = Spot(round(where.lat, DIGITS), round(where.lon, DIGITS), round(where.accuracy_m)) if where else None
    return Pressed(
        id=request.id,
        user=request.user,
        role=request.role,
        person=request.person,
        note=request.note,
        hamlet=hamlet,
        spot=spot,
        waited_ms=request.waited_ms,
    )
