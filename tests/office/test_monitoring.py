"""The audit log and warnings arrive at a real receiver: TLS with octet counting, or UDP; a cut loses no deed."""

import asyncio
import logging
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.config import load
from edge.config.monitoring import check_syslog
from edge.config.schema import Syslog
from edge.core.errors import MisconfiguredError, TransientError
from edge.kernel.clock import SystemClock
from edge.office import monitoring
from edge.office.monitoring import MOST_WARNINGS, Monitoring, Warnings
from edge.store.journal import Journal, Tx
from hil.pki import Authority


class Centre:
    """Takes frames of RFC 5425 from clients that our authority knows, as a monitoring centre does."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.port = 0
        self._clients: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self, authority: Authority, port: int = 0) -> AsyncIterator["Centre"]:
        identity = authority.issue("giam-sat")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(identity.cert, identity.key)
        context.load_verify_locations(authority.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        server = await asyncio.start_server(self._take, "127.0.0.1", port, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for client in self._clients:
                client.transport.abort()
            await server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.append(writer)
        try:
            while True:
                length = int(await reader.readuntil(b" "))
                self.lines.append((await reader.readexactly(length)).decode())
        except (asyncio.IncompleteReadError, OSError):
            return

    async def has(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            while len(self.lines) < count:
                await asyncio.sleep(0.02)
        return self.lines


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "LOOK_S", 0.05)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "pki")


def settings(authority: Authority, port: int, **other: object) -> Syslog:
    box = authority.issue("box")
    line = Syslog(host="127.0.0.1", port=port, ca=str(authority.ca), cert=str(box.cert), key=str(box.key))
    return replace(line, **other)


def _deed(number: int, tx: Tx) -> None:
    tx.deed("Lan", "leader", "bulletin.air", f"b{number}")


@asynccontextmanager
async def journal_with(folder: Path, deeds: int) -> AsyncIterator[Journal]:
    journal = await Journal.open(folder / "molang.db", SystemClock())
    for number in range(deeds):
        await journal.record(partial(_deed, number))
    try:
        yield journal
    finally:
        journal.close()


@asynccontextmanager
async def sending(one: Monitoring) -> AsyncIterator[None]:
    task = asyncio.create_task(one.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        logging.getLogger().removeHandler(one.warnings)


async def test_every_deed_arrives_once_with_its_hash(tmp_path: Path, authority: Authority) -> None:
    async with journal_with(tmp_path, 250) as journal, Centre().open(authority) as centre:
        async with sending(Monitoring(settings(authority, centre.port), "box-1", journal)):
            lines = await centre.has(250)
        chains = await journal.record(lambda tx: [row[0] for row in tx.run("SELECT chain FROM audit ORDER BY seq")])
    assert [line.rpartition(" ")[2] for line in lines] == [f"b{number}" for number in range(250)]
    assert all(chain in line for chain, line in zip(chains, lines, strict=True))
    assert lines[0].startswith("<109>1 ")


async def test_a_cut_and_a_restart_lose_no_deed(tmp_path: Path, authority: Authority) -> None:
    async with journal_with(tmp_path, 3) as journal:
        async with Centre().open(authority) as centre:
            one = Monitoring(settings(authority, centre.port), "box-1", journal)
            async with sending(one):
                await centre.has(3)
            port = centre.port
        with pytest.raises(TransientError):
            await one.run()
        await journal.record(lambda tx: tx.deed("Minh", "admin", "account.add", "hà"))
        async with Centre().open(authority, port) as centre, sending(Monitoring(one._settings, "box-1", journal)):
            lines = await centre.has(1)
    assert len(lines) == 1
    assert "Minh: account.add hà" in lines[0]


async def test_warnings_follow_and_no_other_lines(tmp_path: Path, authority: Authority) -> None:
    async with (
        journal_with(tmp_path, 0) as journal,
        Centre().open(authority) as centre,
        sending(Monitoring(settings(authority, centre.port), "box-1", journal)),
    ):
        await asyncio.sleep(0.2)
        logging.getLogger("edge.thu").info("chuyện thường")
        logging.getLogger("edge.thu").warning("amp %s silent for %d s", "thon-3", 12)
        (line,) = await centre.has(1)
    assert line.startswith("<132>1 ")  # 16 * 8 + 4
    assert line.endswith("amp thon-3 silent for 12 s")


def test_a_flood_of_warnings_keeps_the_newest_and_counts_the_rest() -> None:
    kept = Warnings()
    for number in range(MOST_WARNINGS + 7):
        kept.handle(logging.LogRecord("x", logging.WARNING, "", 0, f"w{number}", None, None))
    assert len(kept.waiting) == MOST_WARNINGS
    assert kept.lost == 7
    assert kept.waiting[-1].text == f"w{MOST_WARNINGS + 6}"


async def test_a_centre_that_shows_a_strange_certificate_gets_nothing(tmp_path: Path, authority: Authority) -> None:
    stranger = Authority(tmp_path / "stranger")
    async with journal_with(tmp_path, 1) as journal, Centre().open(stranger) as centre:
        with pytest.raises(TransientError, match="giám sát"):
            await Monitoring(settings(authority, centre.port), "box-1", journal).run()
        assert centre.lines == []


async def test_datagrams_arrive_one_line_each(tmp_path: Path, authority: Authority) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as centre:
        centre.bind(("127.0.0.1", 0))
        centre.settimeout(10)
        one = settings(authority, centre.getsockname()[1], transport="udp")
        async with journal_with(tmp_path, 2) as journal, sending(Monitoring(one, "box-1", journal)):
            lines = [(await asyncio.to_thread(centre.recv, 4096)).decode() for _ in range(2)]
    assert [line.rpartition(" ")[2] for line in lines] == ["b0", "b1"]


@pytest.mark.skipif(shutil.which("rsyslogd") is None, reason="rsyslogd is not installed")
async def test_rsyslog_takes_our_datagrams(tmp_path: Path, authority: Authority) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    told = tmp_path / "told"
    (tmp_path / "rsyslog.conf").write_text(
        f'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{port}")\n'
        'template(name="t" type="string" string="%syslogfacility-text% %app-name% %structured-data% %msg%\\n")\n'
        f'action(type="omfile" file="{told}" template="t")\n'
    )
    words = ("rsyslogd", "-n", "-i", str(tmp_path / "pid"), "-f", str(tmp_path / "rsyslog.conf"))
    process = await asyncio.create_subprocess_exec(*words)
    try:
        await asyncio.sleep(1)
        one = settings(authority, port, transport="udp")
        async with (
            journal_with(tmp_path, 1) as journal,
            sending(Monitoring(one, "box-1", journal)),
            asyncio.timeout(15),
        ):
            while not told.exists() or "b0" not in told.read_text():
                await asyncio.sleep(0.1)
    finally:
        process.terminate()
        await process.wait()
    assert "molang [molang@32473 seq=" in told.read_text()


async def test_a_file_that_is_missing_is_named(tmp_path: Path, authority: Authority) -> None:
    async with journal_with(tmp_path, 0) as journal:
        with pytest.raises(MisconfiguredError, match=r"\[syslog\]"):
            await Monitoring(settings(authority, 1, ca=str(tmp_path / "nowhere")), "box-1", journal).run()


def test_settings_that_trust_nobody_or_have_half_a_certificate_are_refused() -> None:
    config = load(Path("docs/ref/example.toml"))
    for wrong in (Syslog(host="x"), Syslog(host="x", ca="a", cert="b")):
        assert list(check_syslog(replace(config, syslog=wrong)))
    assert not list(check_syslog(replace(config, syslog=Syslog(host="x", transport="udp"))))
