"""Keeps an access token of Zalo alive with refresh tokens that work once.

The order of things is the promise: lock, note that one asks, ask, **disk**, use. No `await` lies between the answer and
the disk, and a caller who gives up does not stop it. What a crash leaves behind is in README.md, "When it dies".
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from drivers.base import DriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.notifier_zalo import codec
from drivers.devices.notifier_zalo.codec import Granted, GrantRefusedError
from drivers.devices.notifier_zalo.tokens import TokenFile, Tokens
from drivers.secret_file import read_secret_line
from drivers.transport.uplink import Uplink

log = logging.getLogger(__name__)

DEADLINE_S = 15.0
PAUSE_S = 60.0
"""After a failed refresh, while the old access token still opens: nothing presses."""
LOST = (
    "Zalo: mã làm mới đã dùng hoặc quá hạn, và câu trả lời có mã mới đã mất. Người quản trị OA phải cấp quyền lại "
    "(python -m drivers.devices.notifier_zalo); chưa làm thì kênh Zalo không gửi được."
)


class Refresher:
    """Hands out an access token that is on the disk. One per file; other processes are kept off by a lock."""

    def __init__(
        self,
        uplink: Uplink,
        tokens: TokenFile,
        *,
        app_id: str,
        secret: Path,
        oauth_url: str,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._uplink = uplink
        self._tokens = tokens
        self._app_id = app_id
        self._secret = secret
        self._url = f"{oauth_url}/v4/oa/access_token"
        self._now_ms = now_ms
        self._steady = steady
        self._task: asyncio.Task[str] | None = None
        self._paused_until = 0.0
        self._refused: tuple[str, ...] = ()
        self._unwritten: Tokens | None = None
        self.trouble = ""

    async def access_token(self) -> str:
        """One that is not known to be dead. Refreshed early: while the old one opens, a failed refresh harms nobody."""
        tokens = self._tokens.read()
        valid = tokens.valid(self._now_ms())
        if valid and (not tokens.due(self._now_ms()) or self._steady() < self._paused_until):
            return tokens.access_token
        try:
            return await self.refresh(tokens.access_token)
        except DriverError as error:
            if not valid:
                raise
            self._note_trouble(str(error))
            self._paused_until = self._steady() + PAUSE_S
            return tokens.access_token

    async def refresh(self, stale: str) -> str:
        """Another access token than this one. Several callers share one refresh; whoever gives up does not stop it."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._refresh(stale))
            self._task.add_done_callback(_seen)
        return await asyncio.shield(self._task)

    async def close(self) -> None:
        """Let a refresh that is under way come to the disk."""
        if self._task is not None:
            await asyncio.wait([self._task])
        with contextlib.suppress(TransientDriverError):
            self._written()

    async def _refresh(self, stale: str) -> str:
        with self._tokens.locked():
            tokens = self._written() or self._tokens.read()
            if tokens.access_token != stale and tokens.valid(self._now_ms()):
                return tokens.access_token  # another process was faster, or a person has authorised anew
            if self._refused == tokens.candidates():
                raise MisconfiguredDriverError(LOST)
            tokens = msgspec.structs.replace(tokens, asked_at_ms=tokens.asked_at_ms or self._now_ms())
            self._tokens.save(tokens)
            return await self._bought(tokens)

    def _written(self) -> Tokens | None:
        """A pair that the disk did not take when it came is written first of all, and None when there is none."""
        tokens, self._unwritten = self._unwritten, None
        return None if tokens is None else self._kept(tokens)

    async def _bought(self, tokens: Tokens) -> str:
        secret = read_secret_line(self._secret)
        for place, candidate in enumerate(tokens.candidates(), 1):
            try:
                fresh = await self._asked(candidate, secret)
            except GrantRefusedError:
                log.warning("Zalo refuses refresh token %d of %d", place, len(tokens.candidates()))
                continue
            return self._kept(self._successor(tokens, candidate, fresh)).access_token
        self._refused = tokens.candidates()
        log.error("Zalo's refresh token is lost: no answer is kept since %d ms UTC", tokens.asked_at_ms)
        raise MisconfiguredDriverError(LOST)

    async def _asked(self, candidate: str, secret: str) -> Granted:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "secret_key": secret}
        body = codec.refresh_form(self._app_id, candidate)
        answer = await self._uplink.post(self._url, headers, body, DEADLINE_S)
        return codec.granted(answer.status, answer.body, candidate)

    def _successor(self, tokens: Tokens, used: str, fresh: Granted) -> Tokens:
        return Tokens(
            refresh_token=fresh.refresh_token,
            access_token=fresh.access_token,
            expires_at_ms=self._now_ms() + fresh.life_s * 1000,
            life_s=fresh.life_s,
            previous=used,
            spare="" if used == tokens.spare else tokens.spare,
        )

    def _kept(self, tokens: Tokens) -> Tokens:
        """On the disk before anybody uses it. While the disk refuses, it is kept here for the next try."""
        try:
            self._tokens.save(tokens)
        except TransientDriverError:
            self._unwritten = tokens
            raise
        self._note_trouble("")
        return tokens

    def _note_trouble(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            log.error("Zalo's tokens are not refreshed: %s", trouble)
        elif self.trouble and not trouble:
            log.info("Zalo's tokens are refreshed again")
        self.trouble = trouble


def _seen(task: asyncio.Task[str]) -> None:
    """Its error was raised to whoever still waited; who gave up does not want it."""
    if not task.cancelled():
        task.exception()
