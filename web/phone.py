"""The phone page: one shell that works without a link, and the few questions and orders that it has.

What it shows comes by ``/api/phone/now``; what is pressed is kept in the browser until it was answered. Links in
messages carry their token behind the # (edge.core.link), so that it reaches us only in the body of a request.
"""

import hashlib
import json
import time
from functools import cache
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from edge.control import protocol
from edge.core.link import read_link
from edge.core.policy.rights import ALLOWED
from web.asking import ask, must_be_allowed, who
from web.bodies import read_body, read_query
from web.database import reading
from web.login import end_here
from web.person import csrf_token, the_person
from web.phone_bodies import ActBody, EndPushBody, LinkBody, PhotoBody, PhotoQuery, PushBody, ReportBody
from web.phone_doors import person_for, remember_link, remembered_link, roster_id
from web.phone_state import Reading, phone_incidents
from web.problems import BadInputError
from web.settings import current_settings
from web.spool import add_slice

MOST_PHOTO_BYTES = 8 * 1024 * 1024
"""The page makes a photo smaller before it sends it (about 300 kB); an old browser sends it as it is."""
PHOTO_DEADLINE_S = 40.0
SHELL = (
    "phone.css",
    "phone.js",
    "phone-keep.js",
    "phone-draw.js",
    "phone-forms.js",
    "phone-photo.js",
    "phone-push.js",
    "phone-water.js",
    "phone-water.css",
    "base.css",
    "dark.css",
    "icons.svg",
    "drum.svg",
)

phone = Blueprint("phone", __name__)


@phone.get("/dt/")
def page() -> str:
    """The shell: nothing in it is about anybody, so it may be kept in the phone and is given without a login."""
    return render_template("phone.html")


@phone.get("/phone")
def short_way() -> AnyResponse:
    """What messages of channels name."""
    return redirect(url_for("phone.page"))


@phone.get("/dt/sw.js")
def service_worker() -> Response:
    """What keeps the shell in the phone and shows push messages; its first line changes with the shell."""
    shell = ["/dt/", url_for("texts.english_phone"), *(url_for("static", filename=name) for name in SHELL)]
    lines = f'const VERSION = "{_version(_static())}";\nconst FILES = {json.dumps(shell)};\n'
    return Response(lines + (_static() / "phone-sw.js").read_text(), mimetype="text/javascript")


@phone.get("/dt/app.webmanifest")
def manifest() -> Response:
    """What a phone must know to put the page beside its apps."""
    name = current_settings().commune
    icons = [
        {"src": url_for("static", filename=f"phone-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons.append({**icons[-1], "src": url_for("static", filename="phone-mask-512.png"), "purpose": "maskable"})
    answer = jsonify(
        name=f"Mõ Làng {name}", short_name="Mõ Làng", lang="vi", start_url="/dt/", scope="/dt/", display="standalone",
        background_color="#ffffff", theme_color="#0b4f48", icons=icons,
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    return answer


@phone.get("/api/phone/now")
def now() -> Response:
    """All that the page shows, and the secret that its orders must carry."""
    person, settings, now_ms = the_person(), current_settings(), _now_ms()
    must_be_allowed(person, protocol.PhoneAct.__name__)
    claim = remembered_link(now_ms)
    known = roster_id(person, settings.people, claim)
    name, hamlet = settings.people.get(known, ("", ""))
    with reading() as reader:
        incidents = phone_incidents(reader, Reading(settings.people, known, hamlet, now_ms))
    me = {
        "name": person.name, "role": person.role_name, "roster": name, "hamlet": hamlet,
        "closes": person.role in ALLOWED[protocol.CloseIncident.__name__], "desk": person.role.value != "official",
    }  # fmt: skip
    return jsonify(
        at_ms=now_ms, me=me, csrf=csrf_token(), commune=settings.commune, hamlets=settings.hamlets,
        push_key=settings.push_key, incidents=incidents,
    )  # fmt: skip


@phone.get("/api/phone/water")
def water() -> Response:
    """The gauges and what is expected of them."""
    return jsonify(ask(protocol.GetWater(**who(the_person()))))


@phone.post("/api/phone/acts")
def act() -> Response:
    """One of the four buttons."""
    person, body = the_person(), read_body(ActBody)
    wish = protocol.PhoneAct(
        **who(person),
        id=body.id,
        incident=body.incident,
        act=body.act,
        person=person_for(body.incident, _now_ms()),
        note=body.note,
        hamlet=body.hamlet,
        place=body.place,
        waited_ms=body.waited_ms,
    )
    return jsonify(ask(wish))


@phone.post("/api/phone/reports")
def report() -> Response:
    """Something that somebody sees himself."""
    person, body = the_person(), read_body(ReportBody)
    wish = protocol.ReportFromHamlet(
        **who(person),
        id=body.id,
        hamlet=body.hamlet,
        kind=body.kind,
        note=body.note,
        place=body.place,
        waited_ms=body.waited_ms,
    )
    return jsonify(ask(wish))


@phone.post("/api/phone/photo")
def photo_slice() -> Response:
    """The next slice of a photo."""
    must_be_allowed(the_person(), protocol.AddPhoto.__name__)
    part = read_query(PhotoQuery)
    folder = current_settings().photo_spool_folder
    return jsonify(bytes=add_slice(folder, part.id, part.at, request.get_data(), MOST_PHOTO_BYTES))


@phone.post("/api/phone/photos")
def photo() -> Response:
    """A photo that is all here belongs to a press or a report."""
    person, body = the_person(), read_body(PhotoBody)
    return jsonify(ask(protocol.AddPhoto(**who(person), id=body.id, of=body.of), PHOTO_DEADLINE_S))


@phone.get("/photos/<uuid:photo>.jpg")
def picture(photo: object) -> Response:
    """A photo of an act; the wall has no business with it."""
    the_person()
    answer = send_from_directory((current_settings().media_folder / "photos").resolve(), f"{photo}.jpg", max_age=3600)
    answer.mimetype = "image/jpeg"
    return answer


@phone.post("/api/phone/link")
def link() -> Response:
    """Which incident a link opens; whoever is not logged in learns nothing, not even whether it is a link."""
    the_person()
    key, body = current_settings().link_key(), read_body(LinkBody)
    claim = read_link(key, body.token, _now_ms()) if key else None
    if claim is None:
        raise BadInputError("Liên kết này sai hoặc đã hết hạn (24 giờ). Hãy xem danh sách sự cố.")
    remember_link(claim)
    return jsonify(incident=claim.incident)


@phone.post("/api/phone/push")
def subscribe() -> Response:
    """This browser wants web push."""
    person, body = the_person(), read_body(PushBody)
    known = roster_id(person, current_settings().people, remembered_link(_now_ms()))
    wish = protocol.Subscribe(**who(person), endpoint=body.endpoint, p256dh=body.p256dh, auth=body.auth, person=known)
    return jsonify(ask(wish))


@phone.post("/api/phone/push/end")
def unsubscribe() -> Response:
    """It wants no more."""
    person, body = the_person(), read_body(EndPushBody)
    return jsonify(ask(protocol.Unsubscribe(**who(person), endpoint=body.endpoint)))


@phone.post("/api/phone/leave")
def leave() -> Response:
    """Log out without leaving the page."""
    end_here()
    return jsonify({})


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _static() -> Path:
    assert current_app.static_folder is not None, "Flask makes one"
    return Path(current_app.static_folder)


@cache
def _version(static: Path) -> str:
    """Changes whenever a file of the shell does; files do not change while a process lives."""
    digest = hashlib.sha256()
    for name in (*SHELL, "phone-sw.js", "../templates/phone.html", "../texts/en.json"):
        digest.update((static / name).read_bytes())
    return digest.hexdigest()[:12]
