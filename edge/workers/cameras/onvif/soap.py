"""One SOAP 1.2 call to a camera: bounded, with a deadline, signed with WS-UsernameToken, answer as an element tree."""

import base64
import datetime as dt
import hashlib
import http.client
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from xml.etree import ElementTree as Tree
from xml.sax.saxutils import escape

from edge.core.errors import FinalError, TransientError

DEADLINE_S = 6.0
MOST_BYTES = 512 * 1024
NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
    "wsa": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "wsd": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    "dn": "http://www.onvif.org/ver10/network/wsdl",
}
_SPACES = " ".join(f'xmlns:{name}="{space}"' for name, space in NAMES.items())
_SECURITY = (
    '<Security s:mustUnderstand="1" xmlns="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-secext-1.0.xsd"><UsernameToken><Username>{user}</Username><Password Type="http://docs.'
    'oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">{digest}</Password>'
    '<Nonce>{nonce}</Nonce><Created xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-'
    '1.0.xsd">{created}</Created></UsernameToken></Security>'
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks. ``ahead`` is how far the camera's clock is ahead of ours: its digest is checked against its own."""

    user: str
    password: str
    ahead: dt.timedelta = dt.timedelta()

    def header(self) -> str:
        """A fresh WS-UsernameToken: the password never travels."""
        nonce = secrets.token_bytes(16)
        created = (dt.datetime.now(dt.UTC) + self.ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = hashlib.sha1(nonce + created.encode() + self.password.encode()).digest()  # noqa: S324 - the standard's
        return _SECURITY.format(
            user=escape(self.user),
            digest=base64.b64encode(digest).decode(),
            nonce=base64.b64encode(nonce).decode(),
            created=created,
        )


def envelope(body: str, header: str = "") -> bytes:
    """A whole message; ``body`` and ``header`` are XML with the prefixes of NAMES."""
    text = f'<?xml version="1.0" encoding="utf-8"?><s:Envelope {_SPACES}><s:Header>{header}</s:Header>'
    return f"{text}<s:Body>{body}</s:Body></s:Envelope>".encode()


def ask(url: str, body: str, login: Login | None = None) -> Tree.Element:
    """The answer's envelope. Raises TransientError when nobody answers, FinalError when the camera refuses."""
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked where addresses come in
        url,
        envelope(body, login.header() if login else ""),
        {"Content-Type": "application/soap+xml; charset=utf-8"},
    )
    try:
        with _opener(url, login).open(request, timeout=DEADLINE_S) as answer:
            return parse(_all_of(answer))
    except urllib.error.HTTPError as error:
        raise _refusal(error) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TransientError("Camera không trả lời ONVIF.") from error


def parse(data: bytes) -> Tree.Element:
    """An element tree of what came from the network. Raises FinalError for what is too long, no XML, or has a DTD."""
    if len(data) > MOST_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise FinalError("Camera trả lời ONVIF quá dài hoặc có phần khai báo không cho phép.")
    try:
        return Tree.fromstring(data)  # noqa: S314 - no DTD gets here, so there is nothing to expand
    except Tree.ParseError as error:
        raise FinalError("Camera trả lời ONVIF bằng thứ không phải XML.") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A camera answers for itself: nobody sends our questions elsewhere."""

    def redirect_request(self, *_: object) -> None:
        """Never."""


def _all_of(answer: http.client.HTTPResponse) -> bytes:
    """Its body, bounded in length and in time: a camera that trickles gets no more than another."""
    data, until = b"", time.monotonic() + DEADLINE_S
    while part := answer.read1(65_536):
        data += part
        if len(data) > MOST_BYTES or time.monotonic() > until:
            raise FinalError("Camera trả lời ONVIF quá dài hoặc quá chậm.")
    return data


def _opener(url: str, login: Login | None) -> urllib.request.OpenerDirector:
    """Some cameras want HTTP digest too. No proxy: a camera is on our own network."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({}), _NoRedirect()]
    if login:
        book = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        book.add_password(None, url, login.user, login.password)
        handlers.append(urllib.request.HTTPDigestAuthHandler(book))
    return urllib.request.build_opener(*handlers)


def _refusal(error: urllib.error.HTTPError) -> FinalError:
    try:
        data = error.read(MOST_BYTES)
    except (OSError, http.client.HTTPException):
        data = b""
    if error.code == 401 or b"NotAuthorized" in data or b"FailedAuthentication" in data:
        return FinalError("Camera không nhận tên hoặc mật khẩu ONVIF.")
    return FinalError(f"Camera từ chối yêu cầu ONVIF (mã {error.code}).")
