"""Every failure becomes one Vietnamese sentence: JSON ``{"loi": …}`` for scripts, a page for people (as RFC 9457)."""

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from edge.core.account import ThrottledError
from edge.core.errors import FinalError, MolangError, TransientError
from web.speaking import later, say

_SENTENCES = {
    400: later("Yêu cầu không hợp lệ."),
    404: later("Không có trang hoặc tệp này."),
    405: later("Địa chỉ này không nhận kiểu yêu cầu đó."),
    413: later("Dữ liệu gửi lên quá lớn."),
    415: later("Dữ liệu gửi lên phải là JSON."),
    500: later("Trang web gặp lỗi bên trong. Loa và báo động không bị ảnh hưởng."),
}
_OTHER = later("Yêu cầu không thực hiện được (mã %(status)s).")


class BadInputError(FinalError):
    """What the browser sent is not what the page sends."""


class ForbiddenError(FinalError):
    """This person may not do this."""


class NotLoggedInError(FinalError):
    """Nobody is logged in, or no longer."""


class UnknownScreenError(NotLoggedInError):
    """Neither a person nor a wall with its token: the page says so itself, since a wall has nobody who could log in."""


class TryLaterError(TransientError):
    """The supervisor is well and says: not now. Asking again later may help, so that it is no failure of the box."""


class ConflictError(FinalError):
    """The supervisor refused: the thing is not in a state that allows it."""


_STATUS: tuple[tuple[type[MolangError], int], ...] = (
    (BadInputError, 400),
    (NotLoggedInError, 401),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (TryLaterError, 429),
    (ThrottledError, 429),
    (TransientError, 503),
)


def show_problems(app: Flask) -> None:
    """Answer our errors and those of HTTP with sentences."""
    app.register_error_handler(MolangError, _ours)
    app.register_error_handler(HTTPException, _theirs)


def problem(status: int, sentence: str) -> Response:
    """A JSON answer that tells what went wrong."""
    answer = jsonify(status=status, loi=sentence)
    answer.status_code = status
    answer.content_type = "application/problem+json; charset=utf-8"
    return answer


def _ours(error: Exception) -> AnyResponse:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if status == 401 and not _wants_json() and not isinstance(error, UnknownScreenError):
        return redirect(url_for("login.form", next=request.path))
    return _answer(status, say(str(error)))


def _theirs(error: Exception) -> AnyResponse:
    status = getattr(error, "code", None) or 500
    return _answer(status, say(_SENTENCES[status]) if status in _SENTENCES else say(_OTHER, status=status))


def _answer(status: int, sentence: str) -> Response:
    if _wants_json():
        return problem(status, sentence)
    return Response(render_template("problem.html", status=status, sentence=sentence), status)


def _wants_json() -> bool:
    return request.path.startswith(("/api/", "/stills/", "/latest/", "/clips/", "/bank/", "/recordings/", "/photos/"))
