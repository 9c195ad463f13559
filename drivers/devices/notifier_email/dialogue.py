"""One dialogue with an SMTP server, blocking, from greeting to the answer after the last dot.

The standard library's `smtplib` speaks it, in a thread of the driver's own: there is no SMTP in asyncio, its few round
trips a message take no time that matters, and another library would be one more to keep alive.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from drivers.base import MisconfiguredDriverError, TransientDriverError, UnsureDriverError
from drivers.devices.notifier_email.codec import refusal

STEP_S = 10.0
"""For each answer. RFC 5321, 4.5.3.2 allows a server minutes; a ladder has none."""


class Tls(StrEnum):
    """How the line is closed to others. NONE is for a server on this machine only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes, and as whom. An empty ``user`` does not log in."""

    host: str
    port: int
    tls: Tls
    context: ssl.SSLContext
    user: str = ""


def send_mail(server: Server, password: str, sender: str, to: str, mail: bytes) -> str:
    """What the server said when it had taken all of it.

    Transient or final as it answers; what it says about the login is a `MisconfiguredDriverError`. Once the text is on
    its way and the line breaks, an `UnsureDriverError`.
    """
    with _session(server, password) as smtp:
        _asked(smtp.mail(sender), f"mail from {sender}")
        _asked(smtp.rcpt(to), "this recipient")
        try:
            code, answer = smtp.data(mail)
        except smtplib.SMTPDataError as error:
            raise refusal(error.smtp_code, error.smtp_error, "the message") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise UnsureDriverError(f"the line to {server.host} broke while the message was on its way") from error
        _asked((code, answer), "the message")
        return answer.decode("utf-8", "replace")


def greet(server: Server, password: str) -> None:
    """As far as the login, and away again: whether there is a server that takes us."""
    with _session(server, password):
        pass


def _asked(reply: tuple[int, bytes], what: str) -> None:
    code, answer = reply
    if not 200 <= code < 300:
        raise refusal(code, answer, what)


@contextmanager
def _session(server: Server, password: str) -> Iterator[smtplib.SMTP]:
    """A line that is closed to others and logged in; it is hung up whatever happens."""
    try:
        with closing(_connected(server)) as smtp:
            if server.tls is Tls.STARTTLS:
                _closed(smtp, server)
            _logged_in(smtp, server, password)
            yield smtp
    except ssl.SSLCertVerificationError as error:
        raise MisconfiguredDriverError(
            f"Chứng chỉ của máy chủ thư {server.host} không đúng: {error.verify_message}."
        ) from error
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error, "us") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise TransientDriverError(f"{server.host}: {error or type(error).__name__}") from error


def _connected(server: Server) -> smtplib.SMTP:
    if server.tls is Tls.TLS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=STEP_S, context=server.context)
    return smtplib.SMTP(server.host, server.port, timeout=STEP_S)


def _closed(smtp: smtplib.SMTP, server: Server) -> None:
    _asked(smtp.ehlo(), "our greeting")
    if not smtp.has_extn("starttls"):  # somebody in the middle may have taken it away: never go on in the clear
        raise MisconfiguredDriverError(f"Máy chủ thư {server.host} không có STARTTLS: không gửi gì khi chưa mã hóa.")
    smtp.starttls(context=server.context)


def _logged_in(smtp: smtplib.SMTP, server: Server, password: str) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not server.user:
        return
    try:
        smtp.login(server.user, password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise
        raise MisconfiguredDriverError(
            f"Máy chủ thư {server.host} không nhận tên hoặc mật khẩu ({error.smtp_code})."
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MisconfiguredDriverError(f"Máy chủ thư {server.host} không có cách đăng nhập nào ta biết.") from error
