"""How a phone comes to trust the box: its authority's certificate, a QR code, and the steps. Needs no log-in."""

import io
from functools import cache
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, abort, render_template, request

from web.door.settings import Door
from web.settings import current_settings

CERTIFICATE_TYPE = "application/x-x509-ca-cert"
"""What Android and iOS both take as a certificate to install."""
_TICK = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

door = Blueprint("door", __name__)


@door.get("/ca")
def page() -> Response:
    """Why there is a certificate, the certificate, and how Android, iOS and computers take it."""
    here = _door()
    secure = request.headers.get("X-Forwarded-Proto", "") == "https"
    micro = request.args.get("for") == "micro"
    words = render_template("ca.html", door=here, mark=_fingerprint(here.ca), secure=secure, micro=micro)
    return Response(words)


@door.get("/ca/molang.crt")
def certificate() -> Response:
    """The authority's certificate, DER. It is public: everybody who meets the box is shown it anyway."""
    answer = Response(_read(_door().ca).public_bytes(Encoding.DER), mimetype=CERTIFICATE_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename="molang.crt")
    return answer


@door.get("/ca/qr.svg")
def code() -> Response:
    """The address of this page, to be read by a phone's camera from a screen or a sheet of paper."""
    file = io.BytesIO()
    segno.make(_door().plain_url, error="m").save(file, kind="svg", scale=8, border=4, light="#fff", xmldecl=False)
    return Response(file.getvalue(), mimetype="image/svg+xml")


@door.get("/ca/tick.svg")
def tick() -> Response:
    """Nothing to see. The plain page asks for it by HTTPS: it comes only to a browser that trusts the authority."""
    _door()
    answer = Response(_TICK, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _door() -> Door:
    here = current_settings().door
    if here is None:
        abort(404)
    return here


@cache
def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _fingerprint(path: Path) -> str:
    """SHA-256, as phones show it: pairs in capitals."""
    return _read(path).fingerprint(hashes.SHA256()).hex(" ").upper()
