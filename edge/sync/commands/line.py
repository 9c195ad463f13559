"""The long poll: one question that the hub answers when there is something, or after 25 s."""

from types import TracebackType

import aiohttp

from edge.config.schema import Hub
from edge.core.errors import FinalError
from edge.kernel.wire.command import COMMANDS_PATH, LONGEST_POLL_S, MAX_POLL_BYTES, PollReply, read_poll
from edge.sync.hub_tls import HubTls, NotEnrolledError
from edge.sync.post import NoLinkError, RefusedError

CONNECT_S = 5.0
LATE_S = 10.0
"""After the hub's own 25 s: a 4G line that slept needs some seconds to wake."""


class CommandLine:
    """Asks for commands with the box's certificate."""

    def __init__(self, hub: Hub, tls: HubTls) -> None:
        self._url = hub.url.rstrip("/") + COMMANDS_PATH
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "CommandLine":
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=LONGEST_POLL_S + LATE_S, sock_connect=CONNECT_S), auto_decompress=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def poll(self, after: int, wait_s: float = LONGEST_POLL_S) -> PollReply:
        """What came after this number; raises NoLinkError or RefusedError."""
        assert self._session is not None
        params = {"after": str(after), "wait": str(int(wait_s))}
        headers = {"Accept-Encoding": "identity"}
        try:
            async with self._session.get(
                self._url, params=params, headers=headers, ssl=self._tls.context(), allow_redirects=False
            ) as response:
                answer = await _read(response)
        except NotEnrolledError as cause:
            raise NoLinkError(str(cause)) from cause
        except TimeoutError as cause:
            raise NoLinkError("Tỉnh không trả lời câu hỏi lệnh.") from cause
        except (aiohttp.ClientError, OSError) as cause:
            raise NoLinkError("Không hỏi được lệnh của tỉnh.") from cause
        if response.status != 200:
            raise RefusedError(f"Tỉnh không cho hỏi lệnh ({response.status}).")
        try:
            return read_poll(answer)
        except FinalError as cause:
            raise RefusedError(str(cause)) from cause


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The answer; one that is too long is given up before it fills the memory of the supervisor."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_POLL_BYTES:
            raise RefusedError("Tỉnh trả lời dài quá mức.")
    return bytes(body)
