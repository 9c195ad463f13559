"""A simulated ONVIF camera: answers WS-Discovery on the real multicast group and SOAP questions over HTTP.

It checks passwords by its own reading of WS-UsernameToken and by its own clock, which may be wrong: what a real camera
does, and what a client gets wrong. Run: ``with onvif_camera(streams, ahead_s=-3600) as camera: …``.
"""

import base64
import hashlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hil.onvif_masks import CameraMasks

GROUP, PORT = "239.255.255.250", 3702
TOKEN_FOR_S = 300.0
_NOT_AUTHORIZED = (
    "<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>ter:NotAuthorized</e:Value></e:Subcode></e:Code>"
    "</e:Fault>"
)
_ENVELOPE = (
    '<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    "<e:Body>{}</e:Body></e:Envelope>"
)


@dataclass(frozen=True, slots=True)
class OnvifStream:
    """One of its streams."""

    codec: str
    width: int
    height: int
    url: str


@dataclass(slots=True)
class OnvifCamera:
    """A running one; ``ahead_s`` is how wrong its clock is, ``asked`` what it was asked."""

    streams: Mapping[str, OnvifStream]
    user: str = "admin"
    password: str = "camera-1"
    model: str = 'Simulated <&> " 1'
    ahead_s: float = 0.0
    url: str = ""
    asked: list[str] = field(default_factory=list)
    masks: CameraMasks = field(default_factory=CameraMasks)

    def answer(self, question: str) -> tuple[int, str]:
        """HTTP status and body for one SOAP question."""
        name = re.search(r"<s:Body><\w+:(\w+)", question)
        action = name.group(1) if name else ""
        self.asked.append(action)
        if action == "GetSystemDateAndTime":
            return 200, self._clock()
        if not self._may(question):
            return (
                400,
                "<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode>ter:NotAuthorized</e:Subcode></e:Code></e:Fault>",
            )
        table = {
            "SetSystemDateAndTime": self._set_clock,
            "GetDeviceInformation": self._information,
            "GetCapabilities": self._capabilities,
            "GetProfiles": self._profiles,
            "GetStreamUri": self._stream,
        }
        if action in table:
            return 200, table[action](question)
        answer = self.masks.answer(action, question)
        return (200, answer) if answer else (500, "<e:Fault/>")

    def _may(self, question: str) -> bool:
        parts = {
            key: found.group(1)
            for key in ("Username", "Password", "Nonce", "Created")
            if (found := re.search(rf"<{key}[^>]*>([^<]*)</{key}>", question))
        }
        if len(parts) < 4 or parts["Username"] != self.user:
            return False
        made = datetime.strptime(parts["Created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        whole = base64.b64decode(parts["Nonce"]) + parts["Created"].encode() + self.password.encode()
        right = base64.b64encode(hashlib.sha1(whole).digest()).decode()
        return right == parts["Password"] and abs(made - self._now()) < TOKEN_FOR_S

    def _now(self) -> float:
        return time.time() + self.ahead_s

    def _clock(self) -> str:
        now = datetime.fromtimestamp(self._now(), UTC)
        day = f"<tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
        hour = f"<tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>"
            f"<tt:Time>{hour}</tt:Time><tt:Date>{day}</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"
            "</tds:GetSystemDateAndTimeResponse>"
        )

    def _set_clock(self, question: str) -> str:
        numbers = [
            int(found.group(1))
            for key in ("Year", "Month", "Day", "Hour", "Minute", "Second")
            if (found := re.search(rf"<tt:{key}>(\d+)</tt:{key}>", question))
        ]
        self.ahead_s = datetime(*numbers, tzinfo=UTC).timestamp() - time.time()  # type: ignore[arg-type, misc]
        return "<tds:SetSystemDateAndTimeResponse/>"

    def _information(self, _: str) -> str:
        model = self.model.replace("&", "&amp;").replace("<", "&lt;")
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>Hãng Thử</tds:Manufacturer>"
            f"<tds:Model>{model}</tds:Model></tds:GetDeviceInformationResponse>"
        )

    def _capabilities(self, _: str) -> str:
        # As cameras behind a router do: an address that nobody reaches from here.
        media = "<tt:Media><tt:XAddr>http://192.0.2.1/onvif/media</tt:XAddr></tt:Media>"
        return (
            f"<tds:GetCapabilitiesResponse><tds:Capabilities>{media}</tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    def _profiles(self, _: str) -> str:
        rows = "".join(
            f'<trt:Profiles token="{token}"><tt:VideoEncoderConfiguration><tt:Encoding>{one.codec}</tt:Encoding>'
            f"<tt:Resolution><tt:Width>{one.width}</tt:Width><tt:Height>{one.height}</tt:Height></tt:Resolution>"
            "</tt:VideoEncoderConfiguration></trt:Profiles>"
            for token, one in self.streams.items()
        )
        return f"<trt:GetProfilesResponse>{rows}</trt:GetProfilesResponse>"

    def _stream(self, question: str) -> str:
        token = re.search(r"<trt:ProfileToken>([^<]*)<", question)
        url = self.streams[token.group(1)].url if token else ""
        return (
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{url}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>"
        )


@contextmanager
def onvif_camera(camera: OnvifCamera, host: str = "127.0.0.1", *, is_found: bool = True) -> Iterator[OnvifCamera]:
    """The camera answers on this address inside the ``with``; ``is_found``: whoever asks the network finds it.

    Of one host only one may be found: the multicast group is the machine's, and all that run on it share it.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, body = camera.answer(question)
            data = _ENVELOPE.format(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((host, 0), Handler)
    camera.url = f"http://{host}:{server.server_address[1]}/onvif/device_service"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with _answering_probes(camera, host) if is_found else nullcontext():
            yield camera
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _answering_probes(camera: OnvifCamera, host: str) -> Iterator[None]:
    with _join(host) as ears:
        stop = threading.Event()
        thread = threading.Thread(target=_answer_probes, args=(ears, camera, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(2)


def _join(host: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((GROUP, PORT))
    sock.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_ADD_MEMBERSHIP,
        struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(host)),
    )
    sock.settimeout(0.2)
    return sock


def _answer_probes(ears: socket.socket, camera: OnvifCamera, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            data, asker = ears.recvfrom(65536)
        except TimeoutError:
            continue
        if b"NetworkVideoTransmitter" in data:
            match = f"<d:ProbeMatches><d:ProbeMatch><d:XAddrs>{camera.url}</d:XAddrs></d:ProbeMatch></d:ProbeMatches>"
            ears.sendto(_ENVELOPE.format(match).encode(), asker)
            ears.sendto(b"<garbage", asker)
