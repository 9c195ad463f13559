"""Whatever comes over the control socket under a name that nobody logged in with is refused, kind by kind."""

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec

from edge.control.protocol import AnyRequest
from edge.control.server import ControlServer, Handler
from hil.prove.people.accounts import KINDS, claimed
from tests.accounts.house import house

ROUNDS = 6


async def test_no_kind_of_request_is_done_for_somebody_who_only_says_who_he_is(tmp_path: Path) -> None:
    done: list[str] = []

    async def note(request: Any) -> dict[str, Any]:
        done.append(type(request).__name__)
        return {}

    async with house(tmp_path) as home:
        table: dict[type, Handler] = dict.fromkeys(KINDS, note)
        server = ControlServer(tmp_path / "control", table, frozenset({os.getuid()}), home.accounts.door)
        running = asyncio.create_task(server.run())
        await asyncio.sleep(0.1)
        accepted, answered = await asyncio.to_thread(claimed, tmp_path / "control", ROUNDS * len(KINDS))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert (accepted, answered, done) == (0, ROUNDS * len(KINDS), [])


def test_the_claims_are_well_formed_so_that_they_are_refused_for_who_makes_them(tmp_path: Path) -> None:
    from hil.prove.people.accounts import _filled

    decoder = msgspec.json.Decoder(AnyRequest)
    understood = 0
    for kind in KINDS:
        body = msgspec.json.encode(_filled(kind, {"user": "An", "role": "leader", "session": ""}))
        try:
            decoder.decode(body)
        except msgspec.ValidationError:
            continue
        understood += 1
    assert understood >= len(KINDS) * 0.6
