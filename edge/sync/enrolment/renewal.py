"""The box renews its certificate by itself at two thirds of its life, and is never locked out by that."""

import asyncio
import logging
import random
import ssl
from pathlib import Path

from edge.core.errors import MolangError, TransientError
from edge.core.policy.downlink import renewal_due
from edge.kernel.clock import Clock
from edge.kernel.identity import key_sha256, prove, read_certificate, read_key, request_for, times_of
from edge.kernel.keep_running import keep_running
from edge.kernel.province_time import ProvinceTime
from edge.kernel.tls_time import KnownTime, client_context
from edge.kernel.wire.enrolment import ME_PATH, PROOF_PATH, RENEWAL_PATH, AskByProof, AskRenewal, Me, Renewed
from edge.sync.enrolment.door import NoAnswerError, SaidNoError, ask
from edge.sync.enrolment.files import IdentityFiles
from edge.sync.enrolment.first import box_name, check_ours

log = logging.getLogger(__name__)

LOOK_S = 3_600.0
NOT_ENROLLED_S = 60.0
FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 3_600.0
"""A third of the life is ten days: an hour between two tries is often enough, and no hub is flooded."""


class Renewal:
    """Looks once an hour; ``step`` does one look."""

    def __init__(self, files: IdentityFiles, url: str, source: str, time: ProvinceTime, clock: Clock) -> None:
        self._files = files
        self._url = url.rstrip("/")
        self._source = source
        self._time = time
        self._clock = clock
        self._known = KnownTime(clock)
        self._wait_s = FIRST_WAIT_S

    async def run(self) -> None:
        """Renew until cancelled."""
        await keep_running("certificate", self._for_ever)

    async def _for_ever(self) -> None:
        while True:
            wait_s = await self._look()
            await asyncio.sleep(wait_s)

    async def _look(self) -> float:
        try:
            await self.step()
        except MolangError as error:
            log.warning("the certificate for the province is not renewed: %s", error)
            self._wait_s = min(self._wait_s * 2, LONGEST_WAIT_S)
            return random.uniform(self._wait_s / 2, self._wait_s)  # noqa: S311 - jitter, not a secret
        self._wait_s = FIRST_WAIT_S
        return LOOK_S if self._files.pair.exists() else NOT_ENROLLED_S

    async def step(self) -> bool:
        """Renew if it is time; whether there is a new pair. Raises what the door raises: nothing is lost by that."""
        files = self._files
        if not files.pair.exists():
            return False
        if files.next_pair.exists():
            await self._show_new()
            return True
        await self._hear_time()
        if not renewal_due(*times_of(read_certificate(files.pair.read_bytes())), self._now_ms()):
            return False
        await self._fetch_new()
        await self._show_new()
        log.info("the certificate for the province is renewed")
        return True

    async def _hear_time(self) -> None:
        """A clock that nobody has set says nothing about our certificate: the hub is asked, if it can be."""
        try:
            me = await ask(self._url + ME_PATH, self._tls(self._files.pair), Me)
        except (NoAnswerError, SaidNoError):
            return
        self._time.hear(me.now_ms, self._clock.steady())

    async def _fetch_new(self) -> None:
        """By the present pair; where that no longer opens the door, by the proof of its key."""
        files, key = self._files, self._files.next_key()
        request = request_for(key, box_name(self._source))
        try:
            given = await self._asked(request)
        except SaidNoError:
            files.drop_next()  # perhaps this very key is refused: the next try brings another
            raise
        self._time.hear(given.now_ms, self._clock.steady())
        check_ours(given.certificate, files.ca.read_bytes(), key_sha256(key.public_key()), self._source)
        files.keep_next(key, given.certificate)

    async def _asked(self, request: bytes) -> Renewed:
        wish = AskRenewal(request.decode())
        try:
            return await ask(self._url + RENEWAL_PATH, self._tls(self._files.pair), Renewed, wish)
        except NoAnswerError:
            told = self._files.told()
            if told is None:
                raise
            return await self._by_proof(told.door, request)

    async def _by_proof(self, door: str, request: bytes) -> Renewed:
        pair = self._files.pair.read_bytes()
        certificate = pair[pair.index(b"-----BEGIN CERTIFICATE-----") :].decode()
        wish = AskByProof(certificate, request.decode(), prove(read_key(pair), request))
        return await ask(door + PROOF_PATH, client_context(self._files.ca, self._known), Renewed, wish)

    async def _show_new(self) -> None:
        """The hub sees the new pair, and ends the old one; only then it is ours."""
        try:
            me = await ask(self._url + ME_PATH, self._tls(self._files.next_pair), Me)
        except SaidNoError:
            self._files.drop_next()
            raise
        if me.source != self._source:
            self._files.drop_next()
            raise TransientError(f"Tỉnh coi hộp này là {me.source[:60]}.")
        self._files.take_over()

    def _tls(self, pair: Path) -> ssl.SSLContext:
        return client_context(self._files.ca, self._known, (pair, pair))

    def _now_ms(self) -> int:
        return self._time.now_ms(self._clock.now())
