"""Every request of the protocol has exactly one handler and one line of rights."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any, get_args

from edge.control import protocol
from edge.control.handlers.abbreviations import abbreviation_handlers
from edge.control.handlers.accounts import account_handlers
from edge.control.handlers.alerts import alert_handlers
from edge.control.handlers.flood import flood_handlers
from edge.control.handlers.incidents import incident_handlers
from edge.control.handlers.indicators import indicator_handlers
from edge.control.handlers.office import office_handlers
from edge.control.handlers.phone import phone_handlers
from edge.control.handlers.programmes import programme_handlers
from edge.control.handlers.province import province_handlers
from edge.control.handlers.recordings import recording_handlers
from edge.control.handlers.records import record_handlers
from edge.control.handlers.settings import settings_handlers
from edge.control.handlers.sounds import sound_handlers
from edge.control.handlers.station import station_handlers
from edge.control.handlers.support import support_handlers
from edge.control.handlers.sync import dead_handlers, sync_handlers
from edge.control.handlers.talks import talk_handlers
from edge.control.handlers.viewing import viewing_handlers
from edge.control.handlers.water import water_handlers
from edge.control.protocol import AnyRequest
from edge.core.policy.rights import ALLOWED, ON_THE_CONSOLE, ON_THE_WAY_IN, OPEN


class Nobody:
    """A service that is never asked: only the tables are made."""

    def __getattr__(self, name: str) -> Any:
        return None


NOBODY: Any = Nobody()
TABLES = (
    station_handlers(NOBODY, NOBODY),
    incident_handlers(NOBODY, NOBODY),
    alert_handlers(NOBODY),
    recording_handlers(NOBODY),
    programme_handlers(NOBODY),
    record_handlers(NOBODY, NOBODY),
    abbreviation_handlers(NOBODY),
    talk_handlers(NOBODY),
    sound_handlers(NOBODY, NOBODY),
    water_handlers(NOBODY),
    phone_handlers(NOBODY),
    flood_handlers(NOBODY),
    province_handlers(NOBODY),
    sync_handlers(NOBODY, NOBODY),
    dead_handlers(NOBODY),
    viewing_handlers(NOBODY, NOBODY),
    account_handlers(NOBODY, NOBODY),
    settings_handlers(NOBODY),
    office_handlers(NOBODY, NOBODY, NOBODY, NOBODY),
    indicator_handlers(NOBODY, NOBODY),
    support_handlers(NOBODY, NOBODY),
)


def test_every_request_has_one_handler() -> None:
    assert sorted(kind.__name__ for table in TABLES for kind in table) == sorted(
        kind.__name__ for kind in get_args(AnyRequest)
    )


def test_every_request_has_its_rights_and_no_right_is_left_over() -> None:
    assert {kind.__name__ for kind in get_args(AnyRequest)} == ALLOWED.keys()


def test_what_may_be_asked_without_an_account_or_on_the_way_in_exists_and_speaks_through_no_horn() -> None:
    assert OPEN | ON_THE_CONSOLE | frozenset().union(*ON_THE_WAY_IN.values()) <= ALLOWED.keys()
    speaking = {name for name in ALLOWED if any(word in name for word in ("Air", "Approve", "Talk", "Order", "Draft"))}
    assert not ON_THE_CONSOLE & speaking


def test_every_module_of_the_protocol_names_its_own_requests_and_none_is_forgotten() -> None:
    named: list[type] = []
    for found in pkgutil.iter_modules(protocol.__path__):
        module = importlib.import_module(f"{protocol.__name__}.{found.name}")
        union = getattr(module, f"{found.name.capitalize()}Request")
        own = get_args(union) or (union,)
        assert {one.__module__ for one in own} == {module.__name__}
        named += own
    assert sorted(one.__name__ for one in named) == sorted(one.__name__ for one in get_args(AnyRequest))


def test_no_file_of_the_control_socket_is_longer_than_a_technician_reads_at_night() -> None:
    folder = Path(protocol.__path__[0]).parent
    long = {file.name: lines for file in folder.rglob("*.py") if (lines := len(file.read_text().splitlines())) > 400}
    assert not long
