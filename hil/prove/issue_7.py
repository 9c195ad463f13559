"""Issue 7, "In the field": its "Must show" lines."""

from collections.abc import Callable, Mapping

from hil.links import Link
from hil.prove.field.arm64 import arm64
from hil.prove.field.doctor import doctor
from hil.prove.field.playbooks import playbooks
from hil.prove.field.power import mains_lost
from hil.prove.field.provision import provision
from hil.prove.field.replace import replace
from hil.prove.field.replaced import replaced_box
from hil.prove.field.scan import scan
from hil.prove.field.support import support
from hil.prove.field.units import units
from hil.prove.field.update import killed_update, sick_update

LINES: Mapping[str, Callable[[], Link]] = {
    "provision": provision,
    "playbooks": playbooks,
    "units": units,
    "sick_update": sick_update,
    "killed_update": killed_update,
    "replace": replace,
    "replaced_box": replaced_box,
    "arm64": arm64,
    "doctor": doctor,
    "mains_lost": mains_lost,
    "scan": scan,
    "support": support,
}
