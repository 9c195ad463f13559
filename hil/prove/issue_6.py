"""Issue 6, "The wall, the panel, the phone": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.people.accounts import accounts
from hil.prove.people.hostile import hostile
from hil.prove.people.look import axe, panel_usable, script_weight
from hil.prove.people.microphone import microphone_origin
from hil.prove.people.routes import routes

LINES: Mapping[str, Callable[[], Link]] = {
    "accounts": accounts,
    "axe": axe,
    "script_weight": script_weight,
    "panel_usable": panel_usable,
    "microphone_origin": microphone_origin,
    "routes": routes,
    "hostile": hostile,
}
