"""Issue 6, "The wall, the panel, the phone": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.people.accounts import accounts
from hil.prove.people.glass import glass_to_glass
from hil.prove.people.hostile import hostile
from hil.prove.people.indicator_tables import indicator_tables
from hil.prove.people.look import axe, panel_usable, script_weight
from hil.prove.people.microphone import microphone_origin
from hil.prove.people.readme_trial import readme_trial
from hil.prove.people.routes import routes
from hil.prove.people.story_leader import story_leader
from hil.prove.people.story_officer import story_officer
from hil.prove.people.story_official import story_official
from hil.prove.people.story_operator import story_operator
from hil.prove.people.story_technician import story_technician
from hil.prove.people.wall import wall_incidents, wall_memory, wall_recovery, wall_tiles

LINES: Mapping[str, Callable[[], Link]] = {
    "accounts": accounts,
    "axe": axe,
    "script_weight": script_weight,
    "panel_usable": panel_usable,
    "glass_to_glass": glass_to_glass,
    "wall_tiles": wall_tiles,
    "wall_incidents": wall_incidents,
    "wall_recovery": wall_recovery,
    "wall_memory": wall_memory,
    "microphone_origin": microphone_origin,
    "story_officer": story_officer,
    "story_leader": story_leader,
    "story_official": story_official,
    "story_operator": story_operator,
    "story_technician": story_technician,
    "readme_trial": readme_trial,
    "routes": routes,
    "hostile": hostile,
    "indicator_tables": indicator_tables,
}
