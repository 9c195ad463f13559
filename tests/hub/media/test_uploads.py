import asyncio
import os
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import pytest

from edge.hub.media.desk import Bounds
from edge.kernel.clock import SystemClock
from edge.kernel.wire.upload import BODY_TYPE, UPLOADS_PATH
from tests.hub.media.post_office import OTHER_BOX, TUS, PostOffice, checksum, hash_of, metadata
from tests.hub.province import SOURCE

DATA = os.urandom(300_000)


async def test_the_server_says_what_it_can(office: PostOffice) -> None:
    async with office.running() as port:
        answer = await office.ask("OPTIONS", port, UPLOADS_PATH)
        assert answer.status == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration,termination"
        assert int(answer.headers["Tus-Max-Size"]) == Bounds().max_bytes


async def test_a_file_in_pieces_arrives_whole_and_is_seen_only_then(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        first = await office.patch(port, path, DATA[:100_000], 0, Upload_Checksum=checksum(DATA[:100_000]))
        assert (first.status, first.headers["Upload-Offset"]) == (204, "100000")
        assert parsedate_to_datetime(first.headers["Upload-Expires"]).timestamp() > SystemClock().now().at_ms / 1000
        assert (await office.fetch(port, DATA)).status == 404
        head = await office.head(port, path)
        assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("100000", "300000")
        assert head.headers["Cache-Control"] == "no-store"
        rest = DATA[100_000:]
        last = await office.patch(port, path, rest, 100_000, Upload_Checksum=checksum(rest, "sha256"))
        assert (last.status, last.headers["Upload-Offset"]) == (204, "300000")
        assert (await office.fetch(port, DATA)).body == DATA
        assert office.parts() == []
        assert (await office.head(port, path)).headers["Upload-Offset"] == "300000"
        listed = await office.ask("GET", port, "/v1/media?subject=1-77", "province")
        assert hash_of(DATA).encode() in listed.body
        assert SOURCE.encode() in listed.body


async def test_creation_may_carry_the_first_piece(office: PostOffice) -> None:
    async with office.running() as port:
        headers = TUS | {"Upload-Length": "300000", "Upload-Metadata": metadata(DATA), "Content-Type": BODY_TYPE}
        answer = await office.ask("POST", port, UPLOADS_PATH, headers=headers, data=DATA[:5000])
        assert (answer.status, answer.headers["Upload-Offset"]) == (201, "5000")
        assert (await office.patch(port, answer.headers["Location"], DATA[5000:], 5000)).status == 204
        assert (await office.fetch(port, DATA)).body == DATA


async def test_an_empty_file_is_whole_at_once(office: PostOffice) -> None:
    async with office.running() as port:
        await office.begin(port, b"")
        assert (await office.fetch(port, b"")).body == b""


async def test_a_part_of_a_file_can_be_asked_for(office: PostOffice) -> None:
    async with office.running() as port:
        await office.patch(port, await office.begin(port, DATA), DATA, 0)
        answer = await office.fetch(port, DATA, Range="bytes=1000-1999")
        assert (answer.status, answer.body) == (206, DATA[1000:2000])
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_arrived_of_a_broken_piece_is_kept(office: PostOffice) -> None:
    async def broken() -> object:
        yield DATA[:150_000]
        await asyncio.sleep(0.2)
        raise ConnectionResetError

    async with office.running() as port:
        path = await office.begin(port, DATA)
        with pytest.raises(aiohttp.ClientOSError):
            await office.patch(port, path, broken(), 0, Upload_Checksum=checksum(DATA))
        async with asyncio.timeout(10):  # the hub hears of the break when it hears of it
            while (await office.head(port, path)).headers["Upload-Offset"] != "150000":
                await asyncio.sleep(0.05)
        assert (await office.patch(port, path, DATA[150_000:], 150_000)).status == 204
        assert (await office.fetch(port, DATA)).body == DATA


async def test_what_was_acknowledged_is_there_after_a_restart(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        await office.patch(port, path, DATA[:1000], 0)
    async with office.running() as port:
        assert (await office.head(port, path)).headers["Upload-Offset"] == "1000"
        assert (await office.patch(port, path, DATA[1000:], 1000)).status == 204
    async with office.running() as port:
        assert (await office.fetch(port, DATA)).body == DATA


async def test_a_file_that_got_its_name_before_the_hub_died_is_found_whole(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        part = office.folder / "parts" / f"{Path(path).name}.part"
        target = office.folder / "files" / hash_of(DATA)[:2] / hash_of(DATA)
        target.parent.mkdir()
        part.write_bytes(DATA)
        part.rename(target)
        assert (await office.head(port, path)).headers["Upload-Offset"] == "300000"
        assert (await office.fetch(port, DATA)).body == DATA


async def test_a_complete_upload_that_nobody_finished_is_finished_when_the_box_asks(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        (office.folder / "parts" / f"{Path(path).name}.part").write_bytes(DATA)
        assert (await office.head(port, path)).headers["Upload-Offset"] == "300000"
        assert (await office.fetch(port, DATA)).body == DATA


async def test_two_files_of_one_content_lie_there_once_and_go_with_the_last(office: PostOffice) -> None:
    async with office.running() as port:
        mine = await office.begin(port, DATA)
        await office.patch(port, mine, DATA, 0)
        theirs = await office.begin(port, DATA, OTHER_BOX)
        await office.patch(port, theirs, DATA, 0, OTHER_BOX)
        assert len(office.files()) == 1
        assert (await office.ask("DELETE", port, mine, headers=TUS)).status == 204
        assert (await office.fetch(port, DATA, OTHER_BOX)).status == 200
        assert (await office.fetch(port, DATA, "box-dong-son-1")).status == 404
        assert (await office.ask("DELETE", port, theirs, OTHER_BOX, headers=TUS)).status == 204
        assert office.files() == []


async def test_a_post_may_stand_for_another_method(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        headers = TUS | {"Upload-Offset": "0", "Content-Type": BODY_TYPE, "X-HTTP-Method-Override": "PATCH"}
        assert (await office.ask("POST", port, path, headers=headers, data=DATA)).status == 204
        assert (await office.ask("POST", port, path, headers=TUS | {"X-HTTP-Method-Override": "PUT"})).status == 405
