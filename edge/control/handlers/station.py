"""Which service answers which request. The services come in as Protocols: siblings do not know each other."""

from collections.abc import Sequence
from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler
from edge.core.place import HamletId
from edge.kernel.process import diagnosis


class State(Protocol):
    """Who knows the wall's state."""

    def state(self) -> dict[str, Any]:
        """Every section."""
        ...

    def section(self, name: str) -> Any:
        """One of them."""
        ...


class Station(Protocol):
    """The loudspeaker station, as people use it."""

    async def read(self, text: str, hamlets: Sequence[str]) -> dict[str, Any]:
        """How a text would be spoken, and what it would cost."""
        ...

    async def draft(self, request: asked.DraftBulletin) -> dict[str, Any]:
        """Keep and render a notice."""
        ...

    async def approve(self, bulletin: str, seal: str, user: str, role: str) -> None:
        """Approve what was heard."""
        ...

    async def change(self, request: asked.ChangeBulletin) -> dict[str, Any]:
        """Another text for it."""
        ...

    async def submit(self, bulletin: str, user: str, role: str) -> None:
        """Send it to those who approve."""
        ...

    async def approve_template(self, template: str, seal: str, user: str, role: str) -> None:
        """Approve its fixed words as heard."""
        ...

    async def preview_template(self, request: asked.PreviewTemplate) -> dict[str, Any]:
        """What it would say."""
        ...

    async def air_template(self, request: asked.AirTemplate) -> str:
        """Fill a template and air it."""
        ...

    async def sign_off(self, bulletin: str, user: str, role: str) -> None:
        """Confirm what was aired from a template."""
        ...

    async def give_back(self, bulletin: str, comment: str, user: str, role: str) -> None:
        """Return it with a comment."""
        ...

    async def air(self, bulletin: str, user: str, role: str, press: str, *, at_night: bool = False) -> str:
        """Air it; ``at_night``: also in quiet hours."""
        ...

    async def stop(self, hamlets: Sequence[HamletId], user: str, role: str) -> None:
        """Silence hamlets."""
        ...

    async def test_horn(self, horn: str, user: str, role: str) -> None:
        """Test one horn."""
        ...


def station_handlers(state: State, station: Station) -> dict[type, Handler]:
    """Part of the table for the control server: what the box is, and its loudspeakers."""

    async def get_state(_: asked.GetState) -> dict[str, Any]:
        return state.state()

    async def get_water(_: asked.GetWater) -> dict[str, Any]:
        return {"gauges": state.section("gauges"), "outlooks": state.section("flood")["outlooks"]}

    async def diagnose(_: asked.Diagnose) -> dict[str, Any]:
        return diagnosis()

    return {
        asked.GetState: get_state,
        asked.GetWater: get_water,
        asked.Diagnose: diagnose,
        **_writing(station),
        **_templates(station),
        **_sounding(station),
    }


def _writing(station: Station) -> dict[type, Handler]:
    async def read_text(request: asked.ReadText) -> dict[str, Any]:
        return await station.read(request.text, request.hamlets)

    async def approve(request: asked.ApproveBulletin) -> dict[str, Any]:
        await station.approve(request.id, request.seal, request.user, request.role)
        return {}

    async def give_back(request: asked.ReturnBulletin) -> dict[str, Any]:
        await station.give_back(request.id, request.comment, request.user, request.role)
        return {}

    async def submit(request: asked.SubmitBulletin) -> dict[str, Any]:
        await station.submit(request.id, request.user, request.role)
        return {}

    return {
        asked.ReadText: read_text,
        asked.DraftBulletin: station.draft,
        asked.ChangeBulletin: station.change,
        asked.SubmitBulletin: submit,
        asked.ApproveBulletin: approve,
        asked.ReturnBulletin: give_back,
    }


def _templates(station: Station) -> dict[type, Handler]:
    async def approve(request: asked.ApproveTemplate) -> dict[str, Any]:
        await station.approve_template(request.template, request.seal, request.user, request.role)
        return {}

    async def air(request: asked.AirTemplate) -> dict[str, Any]:
        return {"state": await station.air_template(request)}

    async def sign_off(request: asked.SignOff) -> dict[str, Any]:
        await station.sign_off(request.id, request.user, request.role)
        return {}

    return {
        asked.ApproveTemplate: approve,
        asked.PreviewTemplate: station.preview_template,
        asked.AirTemplate: air,
        asked.SignOff: sign_off,
    }


def _sounding(station: Station) -> dict[type, Handler]:
    async def air(request: asked.AirBulletin) -> dict[str, Any]:
        state = await station.air(request.id, request.user, request.role, request.press, at_night=request.at_night)
        return {"state": state}

    async def stop(request: asked.StopHorns) -> dict[str, Any]:
        await station.stop([HamletId(hamlet) for hamlet in request.hamlets], request.user, request.role)
        return {}

    async def test_horn(request: asked.TestHorn) -> dict[str, Any]:
        await station.test_horn(request.horn, request.user, request.role)
        return {}

    return {
        asked.AirBulletin: air,
        asked.StopHorns: stop,
        asked.TestHorn: test_horn,
    }
