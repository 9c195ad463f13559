"""A simulated province: stations, a reservoir upstream that announces what it lets go, and bulletins. Plain HTTP.

    python -m hil.province --folder F --port N [--every-s 1] [--hours-per-s 0.05]

| address | what |
|---|---|
| `/stations.json` | the last row of each station |
| `/stations.csv` | all rows that are kept: time, station, quantity, value, unit |
| `/cap` | Atom feed of the reservoir's alerts; `/cap/IDENTIFIER.xml` is one of them |
| `/v1/items`, `/v1/plays` | bulletins, as a source-information system hands them out (docs/ref/source-information.md) |

`F/province.sock` takes one command a line and answers one line: `flood`, `ebb`, `release M3S HOURS`, `cancel`,
`bulletin TEXT`, `fault silent|late|garbled|half|none`, `status CODE` (200 is well),
`station ID stuck|spike|zero|clock|gone|none`.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import click
from aiohttp import web

from drivers.base import NewsItem, NewsPage
from drivers.devices.source_information_http import codec as bulletin_codec
from drivers.devices.station_cap.codec import FLOW
from drivers.transport.fake_http import FakeHttpServer
from drivers.transport.fake_pty import Fault
from edge.core.cap import Area, Cap, CapSeverity, Info, MsgType, Status
from edge.core.cap_xml import write_cap
from hil.control_socket import obeying, told_to_stop
from hil.devices import HOURS_PER_S
from hil.province_stations import Ill, SimStation, as_csv, as_json, usual_stations

SENDER = "ho-thuong@tinh.mo-phong"
RESERVOIR = "Hồ Thượng"
HOUR_MS = 3_600_000
MOST_ALERTS = 200


def machine_ms() -> int:
    """The machine's wall clock, UTC."""
    return time.time_ns() // 1_000_000


class Province(FakeHttpServer):
    """``fault`` and ``status`` spoil every answer, ``ill`` of a station only its rows."""

    def __init__(
        self,
        *,
        every_s: float = 1.0,
        hours_per_s: float = HOURS_PER_S,
        token: str | None = None,
        now_ms: Callable[[], int] = machine_ms,
    ) -> None:
        super().__init__(
            web.get("/stations.json", self._json),
            web.get("/stations.csv", self._csv),
            web.get("/cap", self._feed),
            web.get("/cap/{identifier}.xml", self._alert),
            web.get("/v1/items", self._items),
            web.post("/v1/plays", self._plays),
        )
        self.stations: dict[str, SimStation] = {station.id: station for station in usual_stations()}
        self.alerts: list[Cap] = []
        self.bulletins: list[NewsItem] = []
        self.status = 200
        self.answered: list[tuple[str, int]] = []
        self._every_s = every_s
        self._hours_per_s = hours_per_s
        self._token = token
        self._now_ms = now_ms
        self._began_ms = now_ms()
        self._flood_ms: int | None = None
        self._measured_ms = 0
        self._said = 0

    def flood(self) -> None:
        """Let the wave come, from now on."""
        self._flood_ms = self._now_ms()

    def ebb(self) -> None:
        """Take the wave away."""
        self._flood_ms = None

    def measure(self) -> None:
        """One more row at each station, now."""
        now_ms = self._measured_ms = self._now_ms()
        flood_h = None if self._flood_ms is None else self._hours(now_ms - self._flood_ms)
        for station in self.stations.values():
            station.measure(now_ms, self._hours(now_ms - self._began_ms), flood_h)

    def release(self, flow: float, begins_ms: int, *, status: Status = Status.ACTUAL) -> Cap:
        """The reservoir announces that it will let go so many m3/s from then on; it replaces what it said before."""
        said = self.alerts[-1] if self.alerts and self.alerts[-1].msg_type is not MsgType.CANCEL else None
        info = Info(
            event="Xả lũ hồ Thượng",
            severity=CapSeverity.SEVERE,
            categories=("Met",),
            urgency="Expected",
            certainty="Likely",
            onset_ms=begins_ms,
            headline=f"{RESERVOIR} sẽ xả {flow:g} {FLOW}.",
            parameters=(("vn:ho-chua", RESERVOIR), ("vn:xa-lu", f"{flow:g} {FLOW}"), ("vn:muc-nuoc-ho", "46.72")),
            areas=(Area("Hạ lưu sông Giang"),),
        )
        kind = MsgType.ALERT if said is None else MsgType.UPDATE
        return self._say(kind, status, (info,), said)

    def cancel(self, *, naming_it: bool = False) -> Cap:
        """The reservoir takes back what it announced last; ``naming_it``: and says again what that was."""
        said = self.alerts[-1]
        return self._say(MsgType.CANCEL, Status.ACTUAL, said.infos if naming_it else (), said)

    def bulletin(self, text: str) -> NewsItem:
        """The province has something to say; it holds for a day."""
        number, now_ms = len(self.bulletins) + 1, self._now_ms()
        item = NewsItem(
            f"ban-tin-{number}", "uu_tien", text[:80], text, "", "", "vi", (), now_ms, now_ms + 24 * HOUR_MS,
            "Đài Khí tượng Thủy văn tỉnh (mô phỏng)",
        )  # fmt: skip
        self.bulletins.append(item)
        return item

    def _say(self, kind: MsgType, status: Status, infos: tuple[Info, ...], about: Cap | None) -> Cap:
        self._said += 1
        references = () if about is None else (about.reference,)
        sent_ms = self._now_ms() // 1000 * 1000
        said = Cap(f"ho-thuong-{self._said}", SENDER, sent_ms, status, kind, references=references, infos=infos)
        self.alerts = [*self.alerts, said][-MOST_ALERTS:]
        return said

    def _hours(self, ms: int) -> float:
        return ms / 1000 * self._hours_per_s

    def _measured(self) -> list[SimStation]:
        if self._now_ms() - self._measured_ms >= self._every_s * 1000:
            self.measure()
        return list(self.stations.values())

    async def _json(self, request: web.Request) -> web.StreamResponse:
        return await self._give(request, as_json(self._measured(), self._measured_ms), "application/json")

    async def _csv(self, request: web.Request) -> web.StreamResponse:
        return await self._give(request, as_csv(self._measured()), "text/csv")

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        entries = "".join(
            f'<entry><id>{said.identifier}</id><link href="/cap/{said.identifier}.xml"/></entry>'
            for said in self.alerts
        )
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{RESERVOIR}</title>{entries}</feed>'
        return await self._give(request, feed.encode(), "application/atom+xml")

    async def _alert(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["identifier"]
        said = next((said for said in self.alerts if said.identifier == asked), None)
        if said is None:
            raise web.HTTPNotFound
        return await self._give(request, write_cap(said), "application/cap+xml")

    async def _items(self, request: web.Request) -> web.StreamResponse:
        after = request.query.get("after", "")
        begin = int(after) if after.isdecimal() else 0
        page = NewsPage(tuple(self.bulletins[begin : begin + bulletin_codec.MOST_ITEMS]), str(len(self.bulletins)))
        return await self._give(request, bulletin_codec.page_bytes(page), "application/json")

    async def _plays(self, request: web.Request) -> web.StreamResponse:
        return await self._give(request, b"{}", "application/json")

    async def _give(self, request: web.Request, data: bytes, kind: str) -> web.StreamResponse:
        response = self._refusal(request) or self._answer(request, data, kind)
        self.answered.append((request.path, response.status))
        return await self.spoilt(request, response)

    def _refusal(self, request: web.Request) -> web.Response | None:
        if self.status != 200:
            return web.Response(status=self.status)
        wanted = None if self._token is None else f"Bearer {self._token}"
        return None if wanted in (None, request.headers.get("Authorization")) else web.Response(status=401)

    def _answer(self, request: web.Request, data: bytes, kind: str) -> web.Response:
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(body=data, content_type=kind, headers={"ETag": tag})

    def obey(self, line: str) -> str:
        """Carry out one command of the control socket."""
        match line.split(maxsplit=2):
            case ["flood"]:
                self.flood()
            case ["ebb"]:
                self.ebb()
            case ["release", flow, hours] if _is_number(flow) and _is_number(hours):
                self.release(float(flow), self._now_ms() + round(float(hours) * HOUR_MS))
            case ["cancel"] if self.alerts:
                self.cancel()
            case ["bulletin", *words] if words:
                self.bulletin(" ".join(words))
            case ["fault", fault] if fault.upper() in Fault.__members__:
                self.fault = Fault[fault.upper()]
            case ["status", code] if code.isdecimal() and 200 <= int(code) <= 599:
                self.status = int(code)
            case ["station", name, ill] if name in self.stations and ill in set(Ill):
                self.stations[name].ill = Ill(ill)
            case _:
                return f"không hiểu: {line}"
        return "ok"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


async def serve(folder: Path, province: Province, port: int) -> None:
    """The province and its control socket, until SIGTERM or SIGINT."""
    stopping = told_to_stop()
    await province.start(port)
    try:
        async with obeying(folder / "province.sock", province.obey):
            await stopping.wait()
    finally:
        await province.close()


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--port", type=click.IntRange(1, 65_535), required=True)
@click.option("--every-s", type=float, default=1.0, help="how often the stations measure")
@click.option("--hours-per-s", type=float, default=HOURS_PER_S, help="how fast the river's time runs")
def main(folder: Path, port: int, every_s: float, hours_per_s: float) -> None:
    """Serve the province until stopped."""
    asyncio.run(serve(folder, Province(every_s=every_s, hours_per_s=hours_per_s), port))


if __name__ == "__main__":
    main()
