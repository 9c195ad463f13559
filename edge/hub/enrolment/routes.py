"""The routes of enrolment: at the boxes' door, at the people's, and at a door of its own for who has no certificate.

The door of enrolment speaks TLS without asking for a certificate; whoever comes there can ask for one with a token, see
how that stands, and renew by proof. It reads no event and no box; the doors for everything else never let him in.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler as Next
from aiohttp.typedefs import Middleware
from cryptography import x509

from edge.core.errors import TransientError
from edge.hub.database import Database
from edge.hub.enrolment.asking import Person, approve, ask, listed, refuse, standing
from edge.hub.enrolment.authority import Authority
from edge.hub.enrolment.renewing import Standing, renew, renew_by_proof
from edge.hub.guarded import Handler, Route, Who, WhoIs, add_guarded, body_of, refusal, reply
from edge.hub.visitors import STRANGER, Visitor, visitor_of
from edge.kernel.clock import Clock
from edge.kernel.identity import certificate_pem, serial_shown
from edge.kernel.wire.enrolment import (
    AUTHORITY_PATH,
    MAX_MESSAGE_BYTES,
    ME_PATH,
    PROOF_PATH,
    RENEWAL_PATH,
    REQUESTS_PATH,
    Answered,
    AskByProof,
    AskCertificate,
    AskRenewal,
    Me,
    Renewed,
    read_message,
)

_BOX = frozenset({Who.BOX})
_COMMANDER = frozenset({Who.COMMANDER})
_SEES = frozenset({Who.PROVINCE, Who.COMMANDER})
_ANYBODY = frozenset({Who.ANYBODY})
ME = Route("GET", ME_PATH, _BOX, own=True)
RENEWAL = Route("POST", RENEWAL_PATH, _BOX, own=True)
LIST = Route("GET", "/v1/enrolments", _SEES)
APPROVE = Route("POST", "/v1/enrolments/{id}/approval", _COMMANDER)
REFUSE = Route("POST", "/v1/enrolments/{id}/refusal", _COMMANDER)
ROUTES = (ME, RENEWAL, LIST, APPROVE, REFUSE)
"""At the door that asks for a certificate."""
AUTHORITY = Route("GET", AUTHORITY_PATH, _ANYBODY)
ASK = Route("POST", REQUESTS_PATH, _ANYBODY)
STANDS = Route("GET", REQUESTS_PATH + "/{id}", _ANYBODY)
PROOF = Route("POST", PROOF_PATH, _ANYBODY)
OPEN_ROUTES = (AUTHORITY, ASK, STANDS, PROOF)
"""At the door of enrolment, and nowhere else."""


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person of the province writes beside a refusal."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """What enrolment needs. ``authority`` is None where this instance cannot sign; ``command_key`` is public, hex."""

    database: Database
    clock: Clock
    authority: Authority | None
    root: x509.Certificate
    command_key: str = ""

    @property
    def signs(self) -> Authority:
        """The authority; raises TransientError where another instance has it."""
        if self.authority is None:
            raise TransientError("Máy này của tỉnh không giữ khóa gốc.")
        return self.authority

    @property
    def now_ms(self) -> int:
        """By the hub's clock."""
        return self.clock.now().at_ms


def add_enrolment_routes(app: web.Application, office: Office, who: WhoIs) -> None:
    """What boxes and people with a certificate may ask."""
    table: Mapping[Route, Handler] = {
        ME: partial(_me, office),
        RENEWAL: partial(_renewal, office),
        LIST: partial(_list, office),
        APPROVE: partial(_approve, office),
        REFUSE: partial(_refuse, office),
    }
    add_guarded(app, who, table)


def gate(standing_of: Standing) -> Middleware:
    """Refuses boxes whose certificate was superseded or taken away, before any route hears of them."""

    @web.middleware
    async def check(request: web.Request, handler: Next) -> web.StreamResponse:
        shown = request.get_extra_info("peercert")
        visitor = visitor_of(shown)
        if visitor.box is not None and (why := await standing_of.refusal(serial_shown(shown), visitor.box)):
            return refusal(403, why)
        return await handler(request)

    return check


@asynccontextmanager
async def enrolment_door(office: Office, host: str, port: int, tls: ssl.SSLContext) -> AsyncIterator[int]:
    """The door for who has no certificate yet; ``tls`` must not ask for one. Gives the port."""
    app = web.Application(client_max_size=MAX_MESSAGE_BYTES)
    table: Mapping[Route, Handler] = {
        AUTHORITY: partial(_authority, office),
        ASK: partial(_ask, office),
        STANDS: partial(_stands, office),
        PROOF: partial(_proof, office),
    }
    add_guarded(app, lambda _: STRANGER, table)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, keepalive_timeout=15.0, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _authority(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    return web.Response(body=certificate_pem(office.root), content_type="application/x-pem-file")


async def _ask(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    wish = read_message(await body_of(request, MAX_MESSAGE_BYTES), AskCertificate)
    return reply(await ask(office.database, wish.secret, wish.request, request.remote or "", office.now_ms))


async def _stands(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    row = await standing(office.database, request.match_info["id"][:64])
    if row["state"] != "approved":
        return reply(Answered(row["state"], reason=row["reason"], now_ms=office.now_ms))
    return reply(Answered("approved", row["pem"], office.command_key, now_ms=office.now_ms))


async def _proof(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    wish = read_message(await body_of(request, MAX_MESSAGE_BYTES), AskByProof)
    pem = await renew_by_proof(office.database, office.signs, wish.certificate, wish.request, wish.proof, office.now_ms)
    return reply(Renewed(pem, office.now_ms))


async def _renewal(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    wish = read_message(await body_of(request, MAX_MESSAGE_BYTES), AskRenewal)
    assert visitor.box is not None, "the guard lets in boxes alone"
    pem = await renew(office.database, office.signs, _present(request), visitor.box, wish.request, office.now_ms)
    return reply(Renewed(pem, office.now_ms))


async def _me(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    return reply(Me(visitor.box or "", serial_shown(request.get_extra_info("peercert")), office.now_ms))


async def _list(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    state = request.query.get("state", "")
    return reply(await listed(office.database, state if state in ("pending", "approved", "refused") else None))


async def _approve(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    name = request.match_info["id"][:64]
    serial = await approve(office.database, office.signs, name, Person(visitor.name), office.now_ms)
    return reply({"serial": serial})


async def _refuse(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    why = read_message(await body_of(request, MAX_MESSAGE_BYTES) or b"{}", Why)
    await refuse(office.database, request.match_info["id"][:64], Person(visitor.name), why.reason, office.now_ms)
    return reply({})


def _present(request: web.Request) -> x509.Certificate:
    """The certificate of this connection."""
    line: ssl.SSLObject | None = request.get_extra_info("ssl_object")
    shown = line.getpeercert(binary_form=True) if line else None
    assert shown is not None, "this door asks for a certificate"
    return x509.load_der_x509_certificate(shown)
