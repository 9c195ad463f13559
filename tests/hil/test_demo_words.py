"""What the demo prints is what a newcomer needs: every address and password whole, in any terminal."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from hil.commune import Commune
from hil.demo import tell_ways_in
from hil.prove.people.readme_trial import PRINTED_ADDRESS, PRINTED_LOG_IN


@pytest.mark.parametrize("width", [40, 80, 200])
def test_addresses_and_passwords_are_whole_in_a_terminal_of_any_width(tmp_path: Path, width: int) -> None:
    commune = Commune(tmp_path, ())
    screen = io.StringIO()
    tell_ways_in(commune, Console(file=screen, width=width))
    addresses = {commune.wall_url, commune.panel_url, commune.hub_page_url}
    assert set(dict(PRINTED_ADDRESS.findall(screen.getvalue())).values()) == addresses
    assert dict(PRINTED_LOG_IN.findall(screen.getvalue())) == commune.access.passwords
