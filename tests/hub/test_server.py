import asyncio
import sqlite3
import ssl
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from edge.core.errors import MisconfiguredError
from edge.hub.cli import hub as command
from edge.hub.server import Certificates, server_tls
from hil.pki import Authority
from hil.postgres import Postgres
from tests.hub.province import HEADERS, LOOPBACK, SOURCE, Province, event, packed


async def test_a_batch_is_kept_and_acknowledged(province: Province) -> None:
    async with province.running() as doors:
        answer = await province.post(doors.boxes, packed([event(1), event(2, lane=7)]))
        assert answer.status == 200
        assert answer.body["acked_seq"] == 1
        assert [one["id"] for one in answer.body["rejected"]] == ["1-2"]
        assert answer.body["retry_after"] == 0
        assert [one["id"] for one in await province.events(doors.boxes)] == ["1-1"]


async def test_what_was_acknowledged_is_there_after_a_restart(province: Province) -> None:
    async with province.running() as doors:
        await province.post(doors.boxes, packed(event(n) for n in range(1, 201)))
    async with province.running() as doors:
        assert len(await province.events(doors.boxes)) == 200


async def test_a_body_announced_too_long_is_refused_before_it_is_sent(province: Province) -> None:
    async with province.running() as doors:
        reader, writer = await asyncio.open_connection(LOOPBACK, doors.boxes, ssl=province.client_tls())
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        writer.write(f"POST /v1/events HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 99999999\r\n\r\n".encode())
        async with asyncio.timeout(5):
            assert b" 413 " in await reader.readline()
        writer.close()


async def test_a_body_that_turns_out_too_long_is_refused(province: Province) -> None:
    async def endless() -> object:
        for _ in range(64):
            yield b"x" * 16_384

    async with province.running() as doors, aiohttp.ClientSession() as session:
        url, tls = f"https://{LOOPBACK}:{doors.boxes}/v1/events", province.client_tls()
        try:
            async with session.post(url, data=endless(), headers=HEADERS, ssl=tls) as response:
                assert response.status == 413
        except aiohttp.ClientOSError:
            pass  # the hub hung up while we were still sending
        assert await province.events(doors.boxes) == []


async def test_a_body_in_another_form_is_refused(province: Province) -> None:
    async with province.running() as doors:
        assert (await province.post(doors.boxes, b"[]", **{"Content-Encoding": "identity"})).status == 415
        assert (await province.post(doors.boxes, packed([]), **{"Content-Type": "application/json"})).status == 415
        assert (await province.post(doors.boxes, b"not gzip")).status == 400


async def test_a_box_cannot_send_or_look_for_another(province: Province) -> None:
    async with province.running() as doors:
        await province.post(doors.boxes, packed([event(1)]))
        assert (await province.post(doors.boxes, packed([event(2)]), "box-tay-son-1")).status == 403
        assert (await province.get(doors.boxes, f"/v1/events?source={SOURCE}", "box-tay-son-1")).status == 403
        assert (await province.get(doors.boxes, "/v1/status", "box-tay-son-1")).body == []
        assert (await province.get(doors.boxes, "/v1/status")).body[0]["events"] == 1


@pytest.mark.parametrize("name", ["province", "thon-3"])
async def test_only_boxes_send(province: Province, name: str) -> None:
    async with province.running() as doors:
        assert (await province.post(doors.boxes, packed([event(1)]), name)).status == 403


async def test_a_node_of_the_same_authority_sees_nothing(province: Province) -> None:
    async with province.running() as doors:
        for path in ("/", "/v1/status", "/v1/events"):
            assert (await province.get(doors.boxes, path, "thon-3")).status == 403


async def test_without_our_certificate_there_is_no_conversation(province: Province, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    async with province.running() as doors, aiohttp.ClientSession() as session:
        for tls in (province.client_tls(None), province.client_tls(authority=other)):
            with pytest.raises(aiohttp.ClientError):
                await session.get(f"https://{LOOPBACK}:{doors.boxes}/v1/status", ssl=tls)


async def test_people_on_this_machine_see_the_page_and_cannot_send(province: Province) -> None:
    async with province.running() as doors, aiohttp.ClientSession() as session:
        await province.post(doors.boxes, packed([event(1)]))
        base = f"http://{LOOPBACK}:{doors.page}"
        async with asyncio.timeout(10):
            while "Có người trong vùng cấm 1" not in await (response := await session.get(base)).text():
                await asyncio.sleep(0.05)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        async with session.get(f"{base}/v1/status") as response:
            assert [box["source"] for box in await response.json()] == [SOURCE]
        async with session.post(f"{base}/v1/events", data=packed([event(2)]), headers=HEADERS) as response:
            assert response.status == 405


async def test_a_question_with_rubbish_is_refused(province: Province) -> None:
    async with province.running() as doors:
        for query in ("after=x", "limit=-1", "after=99999999999999999999"):
            assert (await province.get(doors.boxes, f"/v1/events?{query}", "province")).status == 400


async def test_no_200_while_the_disk_does_not_take_it(tmp_path: Path) -> None:
    province = Province(tmp_path)
    async with province.running() as doors:
        other = sqlite3.connect(province.folder / "hub.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = await province.post(doors.boxes, packed([event(1)]))
        other.execute("ROLLBACK")
        other.close()
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert (await province.post(doors.boxes, packed([event(1)]))).status == 200


async def test_no_200_while_postgresql_is_down_and_nothing_twice_afterwards(
    tmp_path: Path, postgres: Postgres, postgres_url: str
) -> None:
    province = Province(tmp_path, database=postgres_url)
    async with province.running() as doors:
        await province.post(doors.boxes, packed([event(1)]))
        postgres.kill()
        refused = await province.post(doors.boxes, packed([event(1), event(2)]))
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert (await province.get(doors.boxes, "/v1/status", "province")).status == 503
        postgres.start()
        assert (await province.post(doors.boxes, packed([event(1), event(2)]))).status == 200
        assert [one["deliveries"] for one in await province.events(doors.boxes)] == [2, 1]


async def test_old_tls_is_refused(province: Province) -> None:
    tls = province.client_tls()
    tls.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    tls.maximum_version = ssl.TLSVersion.TLSv1_1
    async with province.running() as doors, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"https://{LOOPBACK}:{doors.boxes}/v1/status", ssl=tls)


def test_missing_certificates_stop_the_start_with_their_name(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match=r"none\.pem"):
        server_tls(Certificates(*(tmp_path / "none.pem",) * 3))


def test_the_page_without_password_stays_on_this_machine(tmp_path: Path) -> None:
    files = [f"--{name}={tmp_path / name}" for name in ("ca", "cert", "key")]
    result = CliRunner().invoke(
        command, ["serve", f"--folder={tmp_path}", "--listen=127.0.0.1:0", "--page=0.0.0.0:80", *files]
    )
    assert isinstance(result.exception, MisconfiguredError)


def test_an_address_without_a_port_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["serve", f"--folder={tmp_path}", "--listen=9444"])
    assert result.exit_code == 2
    assert "địa chỉ:cổng" in result.output
