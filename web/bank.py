"""The voice bank: a guided page where the commune's speaker records what alarms are made of."""

import re

from flask import Blueprint, Response, abort, jsonify, render_template, send_from_directory

from edge.control import protocol
from web.asking import ask, must_be_allowed, who
from web.bodies import PromptBody, TryBankBody, read_body
from web.pages import desk
from web.person import the_person
from web.problems import BadInputError
from web.settings import current_settings

KEEP_DEADLINE_S = 40.0
TRY_DEADLINE_S = 60.0
_KEY = re.compile(r"[0-9a-f]{16}")
_SHA = re.compile(r"[0-9a-f]{64}")
_DAY_S = 24 * 3600

bank = Blueprint("bank", __name__)


@bank.get("/bank")
def page() -> str:
    """Record, listen, accept, next."""
    must_be_allowed(the_person(), protocol.KeepPrompt.__name__)
    return render_template("bank.html", **desk())


@bank.get("/api/bank")
def prompts() -> Response:
    """What is to be recorded, and what is recorded."""
    return jsonify(ask(protocol.GetBank(**who(the_person()))))


@bank.post("/api/bank/<key>")
def keep(key: str) -> Response:
    """A brought file is this prompt."""
    person, body = the_person(), read_body(PromptBody)
    if not _KEY.fullmatch(key):
        raise BadInputError("Mã lời thu trong địa chỉ không hợp lệ.")
    return jsonify(ask(protocol.KeepPrompt(**who(person), key=key, upload=body.upload), KEEP_DEADLINE_S))


@bank.post("/api/bank/try")
def say() -> Response:
    """Hear a sentence in the recorded voice."""
    person, body = the_person(), read_body(TryBankBody)
    return jsonify(ask(protocol.TryBank(**who(person), text=body.text), TRY_DEADLINE_S))


@bank.get("/bank/<sha256>.wav")
def sound(sha256: str) -> Response:
    """One recorded prompt, as it is kept."""
    must_be_allowed(the_person(), protocol.GetBank.__name__)
    if not _SHA.fullmatch(sha256):
        abort(404)
    answer = send_from_directory(current_settings().bank_folder.resolve(), f"{sha256}.wav", max_age=_DAY_S)
    answer.mimetype = "audio/wav"
    answer.headers["Cache-Control"] = f"private, immutable, max-age={_DAY_S}"
    return answer
