"""What comes that should not: refused with the status that the protocol names, and nothing of it stays."""

import asyncio
import os

import pytest

from edge.hub.media.desk import Bounds
from edge.kernel.wire.upload import UPLOADS_PATH, encode_metadata
from tests.hub.media.post_office import OTHER_BOX, TUS, PostOffice, checksum, metadata

DATA = os.urandom(20_000)
NOBODY = "0" * 32


BAD_CREATIONS: list[tuple[dict[str, str], int]] = [
    ({"Upload_Length": "-1"}, 400),
    ({"Upload_Length": "1e3"}, 400),
    ({"Upload_Length": "٣"}, 400),
    ({"Upload_Length": ""}, 400),
    ({"Upload_Length": "9" * 15}, 413),
    ({"Upload_Length": "9" * 400}, 400),
    ({"Tus_Resumable": "0.2.2"}, 412),
    ({"Tus_Resumable": ""}, 412),
    ({"Upload_Metadata": ""}, 400),
    ({"Upload_Metadata": "sha256 !!!"}, 400),
    ({"Upload_Metadata": metadata(DATA) + ",sha256 YQ=="}, 400),
    ({"Upload_Metadata": metadata(DATA) + ",,"}, 400),
    ({"Upload_Metadata": metadata(DATA) + ",a b c"}, 400),
    ({"Upload_Metadata": metadata(DATA) + ",x " + "YQ==" * 2000}, 400),
    ({"Upload_Metadata": metadata(DATA) + "".join(f",k{n}" for n in range(20))}, 400),
    ({"Upload_Metadata": metadata(DATA, sha256="../../../etc/passwd")}, 400),
    ({"Upload_Metadata": metadata(DATA, sha256="A" * 64)}, 400),
    ({"Upload_Metadata": metadata(DATA, kind="../clip")}, 400),
    ({"Upload_Metadata": metadata(DATA, subject="")}, 400),
    ({"Upload_Metadata": metadata(DATA, subject="x" * 401)}, 400),
    ({"Upload_Metadata": metadata(DATA, subject="a\x00b")}, 400),
    ({"Upload_Metadata": encode_metadata({"kind": "still"})}, 400),
]


async def test_a_bad_creation_is_refused(office: PostOffice) -> None:
    async with office.running() as port:
        for changed, status in BAD_CREATIONS:
            answer = await office.create(port, DATA, **changed)
            assert answer.status == status, changed
            assert answer.headers["Tus-Resumable"] == "1.0.0"
            if status == 412:
                assert answer.headers["Tus-Version"] == "1.0.0"
            assert office.parts() == []


BAD_PIECES: list[tuple[int, dict[str, str], int]] = [
    (5, {}, 409),
    (0, {"Upload_Offset": "-5"}, 400),
    (0, {"Upload_Offset": "x"}, 400),
    (0, {"Upload_Checksum": checksum(b"other")}, 460),
    (0, {"Upload_Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, 400),
    (0, {"Upload_Checksum": "sha1 ????"}, 400),
    (0, {"Upload_Checksum": "sha1 YQ=="}, 400),
    (0, {"Content_Type": "text/plain"}, 415),
    (0, {"Content_Encoding": "gzip"}, 415),
    (0, {"Tus_Resumable": "2.0.0"}, 412),
]


async def test_a_bad_piece_is_refused_and_nothing_of_it_stays(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        for offset, changed, status in BAD_PIECES:
            assert (await office.patch(port, path, DATA[:5000], offset, **changed)).status == status, changed
            assert (await office.head(port, path)).headers["Upload-Offset"] == "0"


async def test_a_piece_longer_than_what_is_missing_is_refused(office: PostOffice) -> None:
    async def endless() -> object:
        for _ in range(20):
            yield DATA

    async with office.running() as port:
        path = await office.begin(port, DATA)
        assert (await office.patch(port, path, DATA + b"x", 0)).status == 413
        assert (await office.patch(port, path, endless(), 0)).status == 413
        assert (await office.head(port, path)).headers["Upload-Offset"] == "0"


async def test_another_content_than_announced_is_thrown_away(office: PostOffice) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        other = DATA[:-1] + bytes([DATA[-1] ^ 1])
        assert (await office.patch(port, path, other, 0)).status == 460
        assert (await office.head(port, path)).status == 404
        assert office.parts() == office.files() == []


@pytest.mark.parametrize("name", [OTHER_BOX, "province", "thon-3"])
async def test_nobody_else_touches_an_upload(office: PostOffice, name: str) -> None:
    async with office.running() as port:
        path = await office.begin(port, DATA)
        refused = 404 if name == OTHER_BOX else 403
        assert (await office.head(port, path, name)).status == refused
        assert (await office.patch(port, path, DATA, 0, name)).status == refused
        assert (await office.ask("DELETE", port, path, name, headers=TUS)).status == refused
        assert (await office.head(port, path)).headers["Upload-Offset"] == "0"
        if name != OTHER_BOX:
            assert (await office.create(port, DATA, name)).status == 403


async def test_only_its_commune_and_the_province_see_a_file(office: PostOffice) -> None:
    async with office.running() as port:
        await office.patch(port, await office.begin(port, DATA), DATA, 0)
        assert (await office.fetch(port, DATA, "province")).status == 200
        assert (await office.fetch(port, DATA, "box-dong-son-1")).status == 200
        assert (await office.fetch(port, DATA, OTHER_BOX)).status == 404
        assert (await office.fetch(port, DATA, "thon-3")).status == 403
        assert (await office.ask("GET", port, "/v1/media", OTHER_BOX)).body == b"[]"
        asked = "/v1/media?source=/xa/dong-son/box/1"
        assert (await office.ask("GET", port, asked, OTHER_BOX)).status == 403
        assert (await office.ask("GET", port, "/v1/media?limit=-1", "province")).status == 400


async def test_no_path_leads_out_of_the_folder(office: PostOffice) -> None:
    async with office.running() as port:
        for path in ("/../parts", "/..%2F..%2Fhub.db", f"/{NOBODY}", f"/{NOBODY}%00", "/" + "a" * 5000):
            assert (await office.head(port, UPLOADS_PATH + path)).status in {400, 404, 405}
            assert (await office.ask("GET", port, "/v1/media" + path, "province")).status in {400, 404}


async def test_a_second_writer_is_turned_away_while_the_first_writes(office: PostOffice) -> None:
    go_on = asyncio.Event()

    async def slow() -> object:
        yield DATA[:1000]
        await go_on.wait()
        yield DATA[1000:]

    async with office.running() as port, office.running() as other:
        path = await office.begin(port, DATA)
        first = asyncio.create_task(office.patch(port, path, slow(), 0))
        await asyncio.sleep(0.3)
        for instance in (port, other):
            again = await office.patch(instance, path, DATA, 0)
            assert (again.status, again.headers["Retry-After"]) == (423, "1")
            assert (await office.ask("DELETE", instance, path, headers=TUS)).status == 423
        go_on.set()
        assert (await first).status == 204
        assert (await office.patch(other, path, DATA, 0)).status == 409


async def test_a_box_that_comes_back_on_another_connection_ends_its_old_one(office: PostOffice) -> None:
    async def hanging() -> object:
        yield DATA[:1000]
        await asyncio.sleep(60)

    async with office.running() as port, office.running() as other:
        path = await office.begin(port, DATA)
        old = asyncio.create_task(office.patch(port, path, hanging(), 0))
        await asyncio.sleep(0.3)
        async with asyncio.timeout(5):
            assert (await office.head(other, path)).headers["Upload-Offset"] == "1000"
            assert (await office.patch(other, path, DATA[1000:], 1000)).status == 204
        old.cancel()
        await asyncio.gather(old, return_exceptions=True)
        assert (await office.fetch(port, DATA)).body == DATA


async def test_sizes_and_numbers_are_bounded(office: PostOffice) -> None:
    async with office.running(Bounds(max_bytes=20_000, quota_bytes=50_000)) as port:
        assert (await office.create(port, DATA + b"x")).status == 413
        for number in range(2):
            await office.begin(port, DATA[number:])
        full = await office.create(port, DATA[5:])
        assert full.status == 507
        assert int(full.headers["Retry-After"]) > 0
        for number in range(14):
            await office.begin(port, bytes([number]))
        assert (await office.create(port, b"one more")).status == 429
        await office.begin(port, DATA, OTHER_BOX)


async def test_a_box_that_forgot_where_it_was_begins_anew_and_leaves_nothing_behind(office: PostOffice) -> None:
    async with office.running() as port:
        for _ in range(20):
            path = await office.begin(port, DATA)
        assert len(office.parts()) == 1
        assert (await office.patch(port, path, DATA, 0)).status == 204
