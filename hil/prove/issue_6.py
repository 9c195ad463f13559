"""Issue 6, "The wall, the panel, the phone": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.people.hostile import hostile
from hil.prove.people.microphone import microphone_origin
from hil.prove.people.routes import routes

LINES: Mapping[str, Callable[[], Link]] = {
    "microphone_origin": microphone_origin,
    "routes": routes,
    "hostile": hostile,
}
