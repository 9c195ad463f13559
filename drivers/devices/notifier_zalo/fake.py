"""The simulator: Zalo's message and token servers on loopback, with their errors and refresh tokens that work once.

``at`` is called at every step of a request with its name (`STEPS`), before anything further happens: a test kills the
client there. How real Zalo treats an old access token after a refresh is not documented: ``old_access_lives`` is both.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from drivers.devices.notifier_zalo.codec import ERRORS
from drivers.transport.fake_http import FakeHttpServer

STEPS = ("refresh_asked", "refresh_spent", "refresh_answered", "send_asked", "send_taken", "send_answered")
PHONE = re.compile(r"84[1-9][0-9]{8,9}")
SPENT, WRONG_APP = -14020, -14002
LIFE_S = 90_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was taken."""

    phone: str
    template: str
    data: Mapping[str, str]
    tracking_id: str


@dataclass(slots=True)
class Grants:
    """What was authorised. A refresh token is known until it is used, an access token until it expires."""

    old_access_lives: bool = True
    life_s: float = LIFE_S
    live: set[str] = field(default_factory=set)
    spent: list[str] = field(default_factory=list)
    access: dict[str, float] = field(default_factory=dict)

    def authorise(self) -> str:
        """The OA's administrator agrees: a refresh token."""
        token = "lam-moi-" + secrets.token_urlsafe(24)
        self.live.add(token)
        return token

    def exchange(self, refresh_token: str) -> dict[str, object] | None:
        """A new pair for a token that was never used; None for any other."""
        if refresh_token not in self.live:
            return None
        self.live.discard(refresh_token)
        self.spent.append(refresh_token)
        if not self.old_access_lives:
            self.access.clear()
        access = "truy-cap-" + secrets.token_urlsafe(24)
        self.access[access] = time.monotonic() + self.life_s
        return {"access_token": access, "refresh_token": self.authorise(), "expires_in": str(int(self.life_s))}

    def opens(self, access: str) -> bool:
        """Whether an access token is known and not expired."""
        return time.monotonic() < self.access.get(access, 0.0)


class FakeZalo(FakeHttpServer):
    """Serves both on one port. ``error`` refuses every message, ``refuses`` those to some phones."""

    def __init__(self, *, template: str = "284512", blanks: Sequence[str] = ("noi_dung",)) -> None:
        super().__init__(web.post("/v4/oa/access_token", self._refresh), web.post("/message/template", self._send))
        self.app_id, self.secret = "2806512345678901234", "bi-mat-cua-ung-dung"
        self.template, self.blanks = template, tuple(blanks)
        self.grants = Grants()
        self.sent: list[Sent] = []
        self.tries = 0
        self.error = 0
        self.refuses: dict[str, int] = {}
        self.status = 200
        self.at: Callable[[str], None] = lambda _step: None

    async def _refresh(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        self.at("refresh_asked")
        if form.get("app_id") != self.app_id or request.headers.get("secret_key") != self.secret:
            return _said({"error": WRONG_APP, "error_name": "Invalid app", "error_description": "Wrong app or secret"})
        pair = self.grants.exchange(str(form.get("refresh_token")))
        if pair is None:
            return _said(
                {"error": SPENT, "error_name": "Invalid refresh token", "error_description": "Used or expired"}
            )
        self.at("refresh_spent")
        answer = await self._written(request, pair)
        self.at("refresh_answered")
        return answer

    async def _send(self, request: web.Request) -> web.StreamResponse:
        self.tries += 1
        body = await request.read()
        self.at("send_asked")
        if self.status != 200:
            return web.Response(status=self.status)
        error = self._judge(request.headers.get("access_token", ""), body)
        if error:
            return _said({"error": error, "message": ERRORS[error][1] if error in ERRORS else "unknown"})
        asked = json.loads(body)
        self.sent.append(Sent(asked["phone"], asked["template_id"], asked["template_data"], asked["tracking_id"]))
        self.at("send_taken")
        quota = {"dailyQuota": "500", "remainingQuota": str(500 - len(self.sent))}
        data = {"msg_id": f"znt-{len(self.sent)}", "sent_time": "1795000000000", "sending_mode": "1", "quota": quota}
        answer = await self._written(request, {"error": 0, "message": "Success", "data": data})
        self.at("send_answered")
        return answer

    def _judge(self, access: str, body: bytes) -> int:
        if not self.grants.opens(access):
            return -124
        try:
            asked: dict[str, Any] = json.loads(body)
        except ValueError:
            return -122
        return self.error or self._judge_words(asked)

    def _judge_words(self, asked: dict[str, Any]) -> int:
        phone, data = str(asked.get("phone")), asked.get("template_data")
        if not PHONE.fullmatch(phone):
            return -108
        if asked.get("template_id") != self.template:
            return -109
        if not data:
            return -111
        if set(data) != set(self.blanks):
            return -112
        return self.refuses.get(phone, 0)

    async def _written(self, request: web.Request, said: Mapping[str, object]) -> web.StreamResponse:
        """On the wire when this returns, as far as the fault allows."""
        response = await self.spoilt(request, web.Response(body=json.dumps(said).encode()))
        if not response.prepared:
            await response.prepare(request)
            await response.write_eof()
        return response


def _said(words: Mapping[str, object]) -> web.Response:
    return web.json_response(words)
