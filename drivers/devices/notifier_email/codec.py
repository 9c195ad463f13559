"""A message as an e-mail (RFC 5322), and what an SMTP server answers (RFC 5321). Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from drivers.base import DriverError, FinalDriverError, Message, TransientDriverError
from drivers.foreign_words import quoted

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
ADDRESS = re.compile(rf"{_LOCAL}@{_DOMAIN}")
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
LONGEST_SUBJECT = 150
MOST_QUOTED = 150


def is_address(address: str) -> bool:
    """A plain ASCII address; names, quotes and comments are none."""
    return len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address) is not None


def mail_bytes(message: Message, sender: str, now: dt.datetime) -> bytes:
    """The whole e-mail, plain text. `FinalDriverError` for an address that is none.

    Its Message-ID is of `Message.id` and the sender alone: a repeat is the same e-mail, and mailboxes show it once.
    """
    if not is_address(message.to):
        raise FinalDriverError("Địa chỉ thư điện tử này không hợp lệ.")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = _one_line(message.title or message.text)[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(message.id, sender)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices, please
    if message.urgent:
        mail["Importance"] = "high"
    words = [_nfc(message.text), message.url]
    mail.set_content("\n\n".join(part for part in words if part) + "\n", cte="quoted-printable")
    return mail.as_bytes()


def message_id(ours: str, sender: str) -> str:
    """The same at every try."""
    name = hashlib.sha256(f"{sender}\n{ours}".encode()).hexdigest()[:40]
    return f"<{name}@{sender.rpartition('@')[2]}>"


def refusal(code: int, answer: bytes | str, asked: str) -> DriverError:
    """4yz is for now, 5yz for good (RFC 5321, 4.2.1); what has no such number is no answer of SMTP."""
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    said = f"{code} {quoted(words, MOST_QUOTED)}"
    if 500 <= code < 600:
        return FinalDriverError(f"the mail server refuses {asked} for good: {said}")
    return TransientDriverError(f"the mail server refuses {asked} for now: {said}")


def _one_line(text: str) -> str:
    return " ".join(_nfc(text).split())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
