"""The simulator: an SMTP server on loopback with STARTTLS, TLS and login, which can fail at every step.

``answers`` maps a command ("MAIL", "RCPT", "DATA", "." for the end of the text, "AUTH", "GREETING") to what is said
instead; an empty answer hangs up there.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from drivers.transport.fake_pty import Fault
from drivers.transport.fake_stream import FakeStream


@dataclass(frozen=True, slots=True)
class Mail:
    """What was taken."""

    sender: str
    to: str
    data: bytes
    encrypted: bool

    def read(self) -> EmailMessage:
        """As a mail program reads it."""
        mail = message_from_bytes(self.data, policy=default)
        assert isinstance(mail, EmailMessage)
        return mail


class FakeMailServer(FakeStream):
    """Serves on loopback. With ``tls`` and ``implicit`` the line is closed from the start, else by STARTTLS."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, implicit: bool = False, login: tuple[str, str] | None = None
    ) -> None:
        super().__init__()
        self.mails: list[Mail] = []
        self.commands: list[str] = []
        self.answers: dict[str, str] = {}
        self.fault = Fault.NONE
        self.late_s = 0.5
        self.tls = tls
        self.implicit = implicit
        self.login = login

    async def start(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Listen."""
        await super().start(port, tls or (self.tls if self.implicit else None))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A whole dialogue."""
        dialogue = _Dialogue(self, reader, writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await dialogue.run()
        writer.close()


class _Dialogue:
    def __init__(self, server: FakeMailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._encrypted = server.implicit
        self._open = True
        self._sender = self._to = ""
        self._trusted = server.login is None

    async def run(self) -> None:
        await self._say("GREETING", "220 thu.example ESMTP")
        while self._open:
            line = (await self._reader.readuntil(b"\r\n")).decode().strip()
            verb = line.partition(" ")[0].upper()
            self._server.commands.append(verb)
            await self._obey(verb, line)

    async def _obey(self, verb: str, line: str) -> None:
        does = {
            "EHLO": self._hello,
            "STARTTLS": self._close_line,
            "AUTH": self._login,
            "MAIL": self._from,
            "RCPT": self._for,
            "DATA": self._take,
            "QUIT": self._quit,
        }
        if verb in does:
            await does[verb](line)
        else:
            await self._say(verb, "502 5.5.1 unknown")

    async def _hello(self, _line: str) -> None:
        can = ["STARTTLS"] if self._server.tls and not self._encrypted else []
        can += ["AUTH PLAIN"] if self._server.login and (self._encrypted or not self._server.tls) else []
        rows = ["thu.example", "8BITMIME", *can]
        await self._say("EHLO", "\r\n".join(f"250{' ' if row == rows[-1] else '-'}{row}" for row in rows))

    async def _close_line(self, _line: str) -> None:
        assert self._server.tls is not None
        await self._say("STARTTLS", "220 go")
        await self._writer.start_tls(self._server.tls)
        self._encrypted = True

    async def _login(self, line: str) -> None:
        _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        self._trusted = (user, password) == self._server.login
        await self._say("AUTH", "235 2.7.0 ok" if self._trusted else "535 5.7.8 wrong")

    async def _from(self, line: str) -> None:
        self._sender = line.partition("<")[2].partition(">")[0]
        await self._say("MAIL", "250 ok" if self._trusted else "530 5.7.0 login first")

    async def _for(self, line: str) -> None:
        self._to = line.partition("<")[2].partition(">")[0]
        await self._say("RCPT", "250 ok")

    async def _take(self, _line: str) -> None:
        await self._say("DATA", "354 go")
        if not self._open or "DATA" in self._server.answers:
            return
        data = await self._reader.readuntil(b"\r\n.\r\n")
        self._server.mails.append(Mail(self._sender, self._to, data[:-3].replace(b"\r\n..", b"\r\n."), self._encrypted))
        await self._say(".", "250 2.0.0 taken as 1")

    async def _quit(self, _line: str) -> None:
        await self._say("QUIT", "221 bye")
        self._open = False

    async def _say(self, verb: str, answer: str) -> None:
        if self._server.fault is Fault.SILENT:
            await asyncio.sleep(3600)
        if self._server.fault is Fault.LATE:
            await asyncio.sleep(self._server.late_s)
        answer = self._server.answers.get(verb, answer)
        if not answer:
            self._open = False
            self._writer.transport.abort()
            return
        data = answer.encode() + b"\r\n"
        if self._server.fault is Fault.GARBLED:
            data = data[::-1] + b"\r\n"
        self._writer.write(data if self._server.fault is not Fault.HALF else data[: len(data) // 2])
        await self._writer.drain()
        if self._server.fault is Fault.HALF:
            self._open = False
