"""Enrolment and commands as one part of the hub: what the doors of the server are given of both."""

import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509

from edge.core.errors import MisconfiguredError
from edge.hub.commands.bell import Bell
from edge.hub.commands.making import note_results
from edge.hub.commands.routes import ROUTES as COMMAND_ROUTES
from edge.hub.commands.routes import Dispatch, add_command_routes
from edge.hub.database import Database
from edge.hub.described import operations
from edge.hub.enrolment.authority import COMMAND_KEY, Authority, load_authority
from edge.hub.enrolment.renewing import Standing
from edge.hub.enrolment.routes import ROUTES as ENROLMENT_ROUTES
from edge.hub.enrolment.routes import Office, add_enrolment_routes, enrolment_door, gate
from edge.hub.guarded import WhoIs
from edge.hub.openapi import add_operations
from edge.kernel.clock import Clock
from edge.kernel.identity import read_certificate
from edge.kernel.statement import StatementKey

ROUTES = ENROLMENT_ROUTES + COMMAND_ROUTES
"""Everything here that asks for a certificate: a test walks it with every kind of visitor."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What this instance may sign with; None where another one does that."""

    root: x509.Certificate
    authority: Authority | None = None
    command: StatementKey | None = None


def keys_in(folder: Path | None, ca: Path, passphrase: str = "") -> Keys:
    """The keys that ``molang hub ca init`` made; without a folder only the certificate that boxes are judged by."""
    if folder is None:
        try:
            return Keys(read_certificate(ca.read_bytes()))
        except OSError as cause:
            raise MisconfiguredError(f"{ca}: không đọc được chứng thư gốc: {cause.strerror}.") from cause
    authority = load_authority(folder, passphrase)
    return Keys(authority.root, authority, StatementKey.load(folder / COMMAND_KEY))


class Downlink:
    """Give its routes and gate to the doors; ``ring`` must run beside them."""

    def __init__(self, database: Database, clock: Clock, keys: Keys) -> None:
        self._database = database
        self._clock = clock
        self.standing = Standing(database, clock)
        self._bell = Bell(database, clock)
        command_key = keys.command.public_hex if keys.command else ""
        self._office = Office(database, clock, keys.authority, keys.root, command_key)
        self._dispatch = Dispatch(database, clock, self._bell, keys.command)

    def add_routes(self, app: web.Application, who: WhoIs) -> None:
        """All of ``ROUTES``, and before every route of this door the gate."""
        app.middlewares.append(gate(self.standing))
        add_enrolment_routes(app, self._office, who)
        add_command_routes(app, self._dispatch, who)
        add_operations(app, operations())

    async def note(self, source: str, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Results of commands among events that are about to be kept: (type, subject, data)."""
        await note_results(self._database, source, events, self._clock.now().at_ms)

    async def ring(self) -> None:
        """Wake polls until cancelled."""
        await self._bell.run()

    @asynccontextmanager
    async def enrolment(self, host: str, port: int, cert: Path, key: Path) -> AsyncIterator[int]:
        """The door for who has no certificate yet; gives its port."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(cert, key)
        except OSError as cause:
            raise MisconfiguredError(f"Chứng thư của tỉnh không dùng được ({cert}): {cause}.") from cause
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        async with enrolment_door(self._office, host, port, context) as listening:
            yield listening
