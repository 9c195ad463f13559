"""One ONVIF camera: its clock, what it is, its streams."""

import datetime as dt
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit, urlunsplit
from xml.etree import ElementTree as Tree
from xml.sax.saxutils import escape

from edge.core.errors import FinalError
from edge.workers.cameras.onvif.soap import NAMES, Login, ask

MOST_PROFILES = 8
_STREAM = (
    "<trt:GetStreamUri><trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol>"
    "</tt:Transport></trt:StreamSetup><trt:ProfileToken>{token}</trt:ProfileToken></trt:GetStreamUri>"
)
_SET_CLOCK = (
    "<tds:SetSystemDateAndTime><tds:DateTimeType>Manual</tds:DateTimeType><tds:DaylightSavings>false"
    "</tds:DaylightSavings><tds:TimeZone><tt:TZ>ICT-7</tt:TZ></tds:TimeZone><tds:UTCDateTime><tt:Time><tt:Hour>{0.hour}"
    "</tt:Hour><tt:Minute>{0.minute}</tt:Minute><tt:Second>{0.second}</tt:Second></tt:Time><tt:Date><tt:Year>{0.year}"
    "</tt:Year><tt:Month>{0.month}</tt:Month><tt:Day>{0.day}</tt:Day></tt:Date></tds:UTCDateTime>"
    "</tds:SetSystemDateAndTime>"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One stream that a camera offers; ``url`` without a login."""

    token: str
    codec: str
    width: int
    height: int
    url: str


class OnvifCamera:
    """Asks one camera; every method raises TransientError or FinalError with a Vietnamese sentence."""

    def __init__(self, service_url: str, user: str, password: str) -> None:
        self._url = service_url
        self.host = urlsplit(service_url).hostname or ""
        self._login = Login(user, password)

    def clock_ahead(self) -> dt.timedelta:
        """How far its clock is ahead of ours; asked without a login, and used for every login afterwards."""
        answer = ask(self._url, "<tds:GetSystemDateAndTime/>")
        its = _utc(answer)
        ahead = its - dt.datetime.now(dt.UTC)
        self._login = replace(self._login, ahead=ahead)
        return ahead

    def set_clock(self) -> None:
        """Give it our time."""
        ask(self._url, _SET_CLOCK.format(dt.datetime.now(dt.UTC)), self._login)
        self._login = replace(self._login, ahead=dt.timedelta())

    def name(self) -> str:
        """Maker and model, as it tells them."""
        answer = ask(self._url, "<tds:GetDeviceInformation/>", self._login)
        words = [_text(answer, f".//tds:{field}") for field in ("Manufacturer", "Model")]
        return " ".join(word for word in words if word)[:80] or "Camera"

    def profiles(self) -> list[Profile]:
        """Its streams, the largest picture first. Raises FinalError when there is none."""
        media = self._media_url()
        answer = ask(media, "<trt:GetProfiles/>", self._login)
        found = [self._profile(media, node) for node in answer.findall(".//trt:Profiles", NAMES)[:MOST_PROFILES]]
        streams = sorted((one for one in found if one), key=lambda one: one.width * one.height, reverse=True)
        if not streams:
            raise FinalError("Camera không nêu luồng hình nào.")
        return streams

    def with_login(self, url: str) -> str:
        """The address as a config has it: at this camera, whatever host it names, for the password is sent there."""
        parts = urlsplit(url)
        host = f"{self.host}:{parts.port}" if parts.port else self.host
        user = f"{quote(self._login.user, safe='')}:{quote(self._login.password, safe='')}@" if self._login.user else ""
        return urlunsplit(parts._replace(netloc=f"{user}{host}"))

    def _media_url(self) -> str:
        wish = "<tds:GetCapabilities><tds:Category>Media</tds:Category></tds:GetCapabilities>"
        url = _text(ask(self._url, wish, self._login), ".//tt:Media/tt:XAddr")
        return self._here(url) if url else self._url

    def _here(self, url: str) -> str:
        """Its own address in place of the one it names: cameras behind a router name one that nobody reaches."""
        parts, ours = urlsplit(url), urlsplit(self._url)
        if parts.scheme not in {"http", "https"}:
            raise FinalError("Camera nêu địa chỉ dịch vụ lạ.")
        return urlunsplit(parts._replace(netloc=ours.netloc))

    def _profile(self, media: str, node: Tree.Element) -> Profile | None:
        token = node.get("token", "")
        answer = ask(media, _STREAM.format(token=escape(token)), self._login)
        url = _text(answer, ".//tt:Uri")
        if urlsplit(url).scheme not in {"rtsp", "rtsps"}:
            return None
        video = ".//tt:VideoEncoderConfiguration"
        width, height = (_number(_text(node, f"{video}/tt:Resolution/tt:{side}")) for side in ("Width", "Height"))
        return Profile(token, _text(node, f"{video}/tt:Encoding"), width, height, url)


def _utc(answer: Tree.Element) -> dt.datetime:
    fields = ("Date/tt:Year", "Date/tt:Month", "Date/tt:Day", "Time/tt:Hour", "Time/tt:Minute", "Time/tt:Second")
    numbers = [_number(_text(answer, f".//tt:UTCDateTime/tt:{field}")) for field in fields]
    try:
        return dt.datetime(*numbers, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]  # six numbers
    except ValueError as error:
        raise FinalError("Camera nêu ngày giờ không có thật.") from error


def _text(node: Tree.Element, path: str) -> str:
    return (node.findtext(path, "", NAMES) or "").strip()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
