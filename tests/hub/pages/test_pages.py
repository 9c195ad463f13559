import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from edge.core.errors import MisconfiguredError
from edge.hub.database import Database
from edge.hub.pages.communes import CommuneFile, read_communes
from edge.hub.pages.routes import STATIC
from edge.hub.projection.following import Projector
from edge.hub.tables.current import projection_fault
from edge.hub.tables.enrolment import claim, enrolment
from edge.kernel.wire.event import CloudEvent
from tests.hub.pages.events import rows_of, told
from tests.hub.pages.scenery import COMMUNES, play, send, status
from tests.hub.pages.stage import stage
from tests.hub.province import Province, event, packed

PATHS = ("/", "/bao-dong", "/xa/binh-minh", "/xa/tay-ho", "/xa/ven-song", "/tram")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!--"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.outside: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        self.outside += [str(value) for name, value in attrs if name in ("src", "href") and "//" in str(value)]
        self.inline += [name for name in given if name.startswith("on") or name == "style"]


async def text_of(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        assert response.status == 200, url
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        return await response.text()


def judge(html: str) -> None:
    tags = Tags()
    tags.feed(html)
    assert tags.scripts == ["/static/province.js"]
    assert (tags.outside, tags.inline) == ([], [])


async def test_every_page_tells_its_part_and_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    wanted: dict[str, tuple[str, ...]] = {
        "/": ("xã Bình Minh", "còn 29 cm tới báo động 3", "mất liên lạc từ", "chưa nối", "lên", "3/4", "xã Bãi Ngang"),
        "/bao-dong": ("2 sự cố đang mở", "xã chưa nhận việc", "Diễn tập", "chưa biết diễn biến", "xã Tây Hồ"),
        "/xa/binh-minh": (
            "BĐ 3",
            "Cán bộ đã nhận tin",
            "báo nhầm",
            "đã ký số",
            "loa-doai: không rõ",
            "1.284 tin số đo",
        ),
        "/xa/tay-ho": ("412", "cũ nhất 50 phút", "Xã mất liên lạc"),
        "/xa/ven-song": ("chưa gửi gì",),
        "/tram": ("Hồ Thượng", "400 m³/s", "Cống Biển", "độ mặn"),
    }
    async with stage(tmp_path, COMMUNES, play) as address, aiohttp.ClientSession() as session:
        for path, words in wanted.items():
            html = await text_of(session, address + path)
            judge(html)
            for word in words:
                assert word in html, (path, word)
        assert '<noscript><meta http-equiv="refresh"' in html


async def play_evil(database: Database, now_ms: int) -> None:
    """A box that writes markup wherever it may."""
    kinds = (
        "incident.opened", "incident.updated", "incident.taken", "incident.judged", "incident.act", "alert.sent",
        "horn.reported", "horn.local_play", "bulletin.aired", "cap.issued", "report.made", "recording.exported",
        "recording.deleted", "outbox.dropped", "command.refused", "modem.measured",
    )  # fmt: skip
    data: dict[str, Any] = dict.fromkeys(
        (
            "title", "severity", "kind", "place", "hamlet", "role", "verdict", "act", "person", "outcome", "reason",
            "template", "msg_type", "quantity", "unit", "quality", "incident",
        ),
        EVIL,
    )  # fmt: skip
    data |= {"value": 2.0, "at_ms": now_ms, "quantity": "level", "files": {EVIL: {"sha256": "ab" * 32, "bytes": 1}}}
    events: list[CloudEvent] = [told(n, kind, EVIL, data, at_ms=now_ms) for n, kind in enumerate(kinds, 1)]
    events.append(told(50, "reading.taken", EVIL, data, at_ms=now_ms))
    gauges = [{"id": EVIL, "name": EVIL, "bao_dong_m": [1, 2, 3]}]
    count = {"all": 2, "reachable": 1, "online": 1, "silent": [EVIL]}
    disk = {"level": EVIL, "why": EVIL, "free_bytes": 1}
    own = status(version=EVIL, clock=EVIL, down=[EVIL], disk=disk, horns=count, cameras=count, gauges=gauges)
    events.append(told(51, "box.status", EVIL, own, at_ms=now_ms))
    await send(database, "binh-minh", events, now_ms)
    projector = Projector(database)
    while await projector.step():
        pass
    assert await rows_of(database, projection_fault) == []


async def test_words_of_a_box_are_never_markup(tmp_path: Path) -> None:
    async with stage(tmp_path, COMMUNES, play_evil) as address, aiohttp.ClientSession() as session:
        shown = 0
        for path in PATHS[:3]:
            html = await text_of(session, address + path)
            judge(html)
            assert "<img src=x" not in html
            shown += html.count("&lt;script&gt;")
        assert shown > 20


async def test_an_empty_province_says_so(tmp_path: Path) -> None:
    async def nothing(_database: Database, _now_ms: int) -> None:
        return

    async with stage(tmp_path, "", nothing) as address, aiohttp.ClientSession() as session:
        assert "Chưa có hộp nào gửi tới" in await text_of(session, f"{address}/")
        assert "Chưa nghe được hộp nào" in await text_of(session, f"{address}/bao-dong")
        for path in ("/xa/khong-co", "/static/../server.py", "/static/khong-co.css"):
            async with session.get(address + path) as response:
                assert response.status == 404


async def play_asking(database: Database, now_ms: int) -> None:
    """A box that waits for approval, with markup where it may write."""
    secret = "ab" * 32
    claimed: dict[str, object] = {
        "secret_sha256": secret,
        "source": "/xa/moi/box/1",
        "made_at_ms": now_ms,
        "made_by": "lan",
    }
    asked: dict[str, object] = {
        "id": "e-1",
        "secret_sha256": secret,
        "source": "/xa/moi/box/1",
        "key_sha256": "cd" * 32,
        "request": EVIL,
    }
    asked |= {"peer": EVIL, "state": "pending", "asked_at_ms": now_ms, "decided_by": "", "reason": ""}
    async with database.change() as connection:
        await connection.execute(claim.insert().values(**claimed, expires_at_ms=now_ms))
        await connection.execute(enrolment.insert().values(**asked))


async def test_a_box_that_asks_to_be_enrolled_is_shown(tmp_path: Path) -> None:
    async with stage(tmp_path, "", play_asking) as address, aiohttp.ClientSession() as session:
        html = await text_of(session, f"{address}/ghi-danh")
        judge(html)
        assert "chờ duyệt" in html
        assert "/xa/moi/box/1" in html


async def test_sorting_is_a_link_and_an_unknown_word_does_no_harm(tmp_path: Path) -> None:
    async with stage(tmp_path, COMMUNES, play) as address, aiohttp.ClientSession() as session:
        html = await text_of(session, f"{address}/?sap=xa-nguoc")
        names = re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', html)
        assert names == sorted(names, key=str.casefold, reverse=True)
        assert 'aria-sort="descending"' in html
        assert "xã Bình Minh" in await text_of(session, f"{address}/?sap={'x' * 200}&hop=99&gio=%00")


async def test_a_box_sees_its_own_commune_and_a_stranger_nothing(province: Province) -> None:
    async with province.running() as doors:
        await province.post(doors.boxes, packed([event(1)]))
        mine = await province.get(doors.boxes, "/xa/dong-son")
        assert mine.status == 200
        for path in ("/", "/xa/dong-son", "/bao-dong", "/tram", "/ghi-danh", "/v1/stations", "/v1/releases.cap"):
            assert (await province.get(doors.boxes, path, "thon-3")).status == 403, path
        assert (await province.get(doors.boxes, "/xa/dong-son", "box-tay-son-1")).status == 404
        assert (await province.get(doors.boxes, "/ghi-danh")).status == 403
        assert "dong-son" not in (await province.get(doors.boxes, "/", "box-tay-son-1")).body
        assert (await province.get(doors.boxes, "/xa/dong-son", "province-lan")).status == 200


def test_the_colours_are_those_of_the_commune_pages() -> None:
    base = (Path(__file__).parents[3] / "web/static/base.css").read_text(encoding="utf-8")
    ours = (STATIC / "province.css").read_text(encoding="utf-8")

    def tokens(css: str, start: str) -> dict[str, str]:
        block = css[css.index(start) :]
        return dict(re.findall(r"(--[a-z0-9-]+): ([^;]+);", block[: block.index("}")]))

    light, dark = tokens(ours, ":root {"), tokens(ours, "  :root {\n    --bg")
    assert light.items() <= (tokens(base, ":root {") | tokens(base, ":root, .wall.day {")).items()
    assert dark.items() <= tokens(base, ".wall {").items()


@pytest.mark.parametrize(
    "text",
    [
        "[[commune]]\nid = 'a'\n",
        "[[commune]]\nid = 'A b'\nname = 'x'\nlat = 1\nlon = 2\n",
        "[[commune]]\nid = 'a'\nname = 'x'\nlat = 91\nlon = 2\n",
        "[[commune]]\nid = 'a'\nname = 'x'\nlat = 1\nlon = 2\ncolour = 'red'\n",
        "[[commune]]\nid = 'a'\nname = 'x'\nlat = 1\nlon = 2\n" * 2,
        "not toml",
    ],
)
def test_a_wrong_map_stops_the_start_with_its_reason(tmp_path: Path, text: str) -> None:
    file = tmp_path / "communes.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MisconfiguredError, match=r"communes\.toml"):
        read_communes(file)


def test_a_map_that_breaks_later_leaves_the_old_one_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "communes.toml"
    file.write_text(COMMUNES, encoding="utf-8")
    communes = CommuneFile(file)
    file.write_text("broken", encoding="utf-8")
    assert len(communes.now().commune) == 8
    assert "không đọc được" in communes.fault
    file.write_text(COMMUNES + "\n", encoding="utf-8")
    assert (len(communes.now().commune), communes.fault) == (8, "")
