"""The doors of the pages: which page is at which path, and within whose sight."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import select

from edge.hub.database import Database
from edge.hub.openapi import Content, Parameter, describe
from edge.hub.pages.commune_view import SPANS_H, USUAL_SPAN, File, commune_page
from edge.hub.pages.communes import CommuneFile, ProvinceMap
from edge.hub.pages.drawing import CHART_HEIGHT, CHART_WIDTH, MAP_HEIGHT, MAP_WIDTH
from edge.hub.pages.judging import box_of
from edge.hub.pages.rendering import Renderer
from edge.hub.pages.standing import HOUR_MS, Standing, ask_commune, ask_province
from edge.hub.pages.views import SORTS, board_of, boxes_of, gravest, overview_of, sources_of
from edge.hub.stations.book import ask_releases, ask_stations
from edge.hub.tables import metadata
from edge.hub.visitors import Visitor, sight
from edge.kernel.clock import Clock

STATIC = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ASSET_HEADERS = HEADERS | {"Cache-Control": "no-cache"}
OVERVIEW, COMMUNE, BOARD, STATIONS, ENROLMENT = "/", "/xa/{commune}", "/bao-dong", "/tram", "/ghi-danh"
ASSET = "/static/{name}"
_SLUG = {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"}
_ASKED_WORDS = {"pending": "chờ duyệt", "approved": "đã duyệt", "refused": "đã từ chối"}
MOST_ASKED = 200
WhoIs = Callable[[web.Request], Visitor]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page of the head line; ``count`` beside its name when there is something, ``grave`` in red."""

    name: str
    path: str
    here: bool
    count: int = 0
    grave: bool = False


def add_page_routes(app: web.Application, who: WhoIs, database: Database, communes: CommuneFile, clock: Clock) -> None:
    """The pages of the province on a door where ``who`` tells what a visitor may see."""
    pages = _Pages(who, database, communes, clock)
    page = Content("text/html", {"type": "string"})
    for path, summary, handler, parameters in (
        (OVERVIEW, "All communes on a map and in a table.", pages.overview, [Parameter("sap", {"type": "string"})]),
        (
            COMMUNE,
            "One commune.",
            pages.commune,
            [
                Parameter("commune", _SLUG, "path", required=True),
                Parameter("hop", {"type": "string"}),
                Parameter("gio", {"enum": list(SPANS_H)}),
            ],
        ),
        (BOARD, "Open alarms for the officer on duty.", pages.board, []),
        (STATIONS, "The province's stations and releases.", pages.stations, []),
        (ENROLMENT, "Boxes that ask to be enrolled.", pages.enrolment, []),
    ):
        answers = {200: page, 404: None} if path == COMMUNE else {200: page}
        describe(app, "GET", path, summary, parameters=parameters, answers=answers)
        app.router.add_get(path, handler)
    describe(
        app, "GET", ASSET, "Style sheet, script and mark of the pages.",
        parameters=[Parameter("name", {"type": "string"}, "path", required=True)],
        answers={200: Content("text/css", {"type": "string"}), 404: None},
    )  # fmt: skip
    app.router.add_get(ASSET, _asset)


_assets = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in _KINDS}


async def _asset(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in _assets:
        raise web.HTTPNotFound(text="Không có tệp này.")
    return web.Response(body=_assets[name], content_type=_KINDS[Path(name).suffix], headers=_ASSET_HEADERS)


class _Pages:
    def __init__(self, who: WhoIs, database: Database, communes: CommuneFile, clock: Clock) -> None:
        self._who = who
        self._database = database
        self._communes = communes
        self._clock = clock
        self._renderer = Renderer()

    async def overview(self, request: web.Request) -> web.Response:
        """Every commune that the visitor may see."""
        own, province, now_ms = self._asked(request)
        standing = await ask_province(self._database, own, now_ms)
        page = overview_of(province, standing, now_ms, request.query.get("sap", ""), whole=own is None)
        heads = [(key, head) for key, (head, _, _) in SORTS.items()]
        more = {"sorts": heads, "map_width": MAP_WIDTH, "map_height": MAP_HEIGHT}
        return self._page("overview.html", OVERVIEW, standing, province, now_ms, {"page": page, **more})

    async def board(self, request: web.Request) -> web.Response:
        """Open alarms, large."""
        own, province, now_ms = self._asked(request)
        standing = await ask_province(self._database, own, now_ms)
        page = board_of(province, standing, now_ms)
        return self._page("board.html", BOARD, standing, province, now_ms, {"page": page})

    async def commune(self, request: web.Request) -> web.Response:
        """One commune; 404 for one that nobody knows, or that the visitor may not see."""
        own, province, now_ms = self._asked(request)
        commune = request.match_info["commune"]
        standing = await ask_province(self._database, own, now_ms)
        sources = sources_of(standing, commune)
        if not sources:
            known = own is None and any(one.id == commune for one in province.commune)
            if not known:
                raise web.HTTPNotFound(text="Không có xã này.")
            name = {"name": province.name_of(commune)}
            return self._page("unheard.html", COMMUNE, standing, province, now_ms, name)
        source = next((one for one in sources if box_of(one) == request.query.get("hop")), sources[0])
        view = next(one for one in boxes_of(standing, now_ms) if one.box.source == source)
        span = request.query.get("gio", USUAL_SPAN)
        since_ms = now_ms - SPANS_H.get(span, SPANS_H[USUAL_SPAN]) * HOUR_MS
        more = await ask_commune(self._database, source, view.alarms, since_ms)
        kept = await _kept_files(self._database, source)
        values = {
            "name": province.name_of(commune),
            "page": commune_page(view, more, kept, span, now_ms),
            "boxes": [box_of(one) for one in sources],
            "box": box_of(source),
            "spans": list(SPANS_H.items()),
            "chart_width": round(CHART_WIDTH),
            "chart_height": round(CHART_HEIGHT),
        }
        return self._page("commune.html", COMMUNE, standing, province, now_ms, values)

    async def stations(self, request: web.Request) -> web.Response:
        """What the province publishes for the communes."""
        own, province, now_ms = self._asked(request)
        standing = await ask_province(self._database, own, now_ms)
        async with self._database.ask() as connection:
            values = {
                "stations": await ask_stations(connection),
                "releases": await ask_releases(connection, now_ms, newest_alone=True),
            }
        return self._page("stations.html", STATIONS, standing, province, now_ms, values)

    async def enrolment(self, request: web.Request) -> web.Response:
        """Who asks to become a box: for the province's eyes alone."""
        own, province, now_ms = self._asked(request)
        if own is not None:
            raise web.HTTPForbidden(text="Chỉ tỉnh được xem việc ghi danh.")
        standing = await ask_province(self._database, own, now_ms)
        asked = await _asked_enrolments(self._database)
        return self._page("enrolment.html", ENROLMENT, standing, province, now_ms, {"asked": asked})

    def _asked(self, request: web.Request) -> tuple[str | None, ProvinceMap, int]:
        return sight(self._who(request)), self._communes.now(), self._clock.now().at_ms

    def _page(
        self,
        template: str,
        path: str,
        standing: Standing,
        province: ProvinceMap,
        now_ms: int,
        values: Mapping[str, Any],
    ) -> web.Response:
        frame = {
            "now": now_ms,
            "province": province.province.name,
            "fault": self._communes.fault,
            "nav": _nav(path, standing),
        }
        html = self._renderer.page(template, {**frame, **values})
        response = web.Response(text=html, content_type="text/html", headers=HEADERS)
        response.enable_compression()  # a tenth of the bytes, every ten seconds, for whoever looks from afar
        return response


def _nav(path: str, standing: Standing) -> list[NavPage]:
    alarms = [one for one in standing.alarms if not one.drill]
    grave = gravest(alarms) in ("extreme", "severe")
    pages = [
        NavPage("Toàn tỉnh", OVERVIEW, path == OVERVIEW),
        NavPage("Báo động", BOARD, path == BOARD, len(alarms), grave),
        NavPage("Trạm", STATIONS, path == STATIONS),
    ]
    if "enrolment" in metadata.tables:
        pages.append(NavPage("Ghi danh", ENROLMENT, path == ENROLMENT))
    return pages


async def _kept_files(database: Database, source: str) -> dict[str, list[File]]:
    """By incident or report the files that lie at the hub."""
    media = metadata.tables.get("media")
    if media is None:
        return {}
    row = media.c
    asked = select(row.subject, row.kind, row.sha256, row.bytes).where(row.source == source, row.state == "kept")
    found: dict[str, list[File]] = {}
    async with database.ask() as connection:
        for one in await connection.execute(asked.order_by(row.made_at_ms.desc()).limit(1_000)):
            label = _FILE_WORDS.get(one.kind, one.kind)
            found.setdefault(one.subject, []).append(File(one.sha256, label, one.bytes))
    return found


_FILE_WORDS = {
    "still": "Ảnh",
    "clip": "Đoạn phim",
    "photo": "Ảnh hiện trường",
    "report-pdf": "PDF",
    "report-xlsx": "XLSX",
    "report-signed": "PDF đã ký",
}


async def _asked_enrolments(database: Database) -> Sequence[dict[str, Any]]:
    """The newest boxes that asked, those that wait first."""
    enrolment = metadata.tables.get("enrolment")
    if enrolment is None:
        return ()
    row = enrolment.c
    names = (row.id, row.source, row.state, row.peer, row.key_sha256, row.asked_at_ms)
    asked = select(*names).order_by(row.state != "pending", row.asked_at_ms.desc()).limit(MOST_ASKED)
    async with database.ask() as connection:
        found = (await connection.execute(asked)).mappings()
        return [{**dict(one), "words": _ASKED_WORDS.get(one["state"], one["state"])} for one in found]
