"""Lines of text between a program and an amplifier's controller. Pure, both directions. README.md is the standard."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from drivers.base import FinalDriverError, TransientDriverError
from drivers.transport.modbus_rtu import crc16

END = b"\n"
LONGEST_LINE = 120
MOST_CHANNELS = 8
LAST_TAG = 9999
SHORTEST_ON_S = 0.1
LONGEST_ON_S = 600.0
NO_LEVEL = "-"
_QUESTION = re.compile(r"\?(\d{1,4}) (ON|OFF|GET) ([1-8])(?: (\d{1,6}))?")
_ANSWER = re.compile(r"!(\d{1,4}) (OK|ERR) (.+)")
_FACTS = re.compile(r"on=([01]) left=(\d{1,6}) ma=(\d{1,6}) db=(-|-?\d{1,3}(?:\.\d)?)")


class Verb(StrEnum):
    """What may be asked of a channel. There is no untimed ON, on purpose."""

    ON = "ON"
    OFF = "OFF"
    GET = "GET"


class Refusal(StrEnum):
    """Why a board does not do it."""

    BUSY = "BUSY"
    CHANNEL = "CHANNEL"
    TIME = "TIME"
    VERB = "VERB"


class BadLineError(TransientDriverError):
    """Bytes that are no line of this protocol."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a program asks. ``ms`` counts for ON alone."""

    tag: int
    verb: Verb
    channel: int
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """A channel as it is: contact read back, time left until the board opens it, output current, line level."""

    on: bool
    left_ms: int
    current_ma: int
    level_db: float | None


def question_line(question: Question) -> bytes:
    """The bytes of a question."""
    text = f"?{question.tag} {question.verb} {question.channel}"
    return _sealed(f"{text} {question.ms}" if question.verb is Verb.ON else text)


def question_of(line: bytes) -> Question:
    """A question, as the board reads it; raises BadLineError."""
    found = _QUESTION.fullmatch(_opened(line))
    if found is None or (found[2] == Verb.ON) != (found[4] is not None):
        raise BadLineError(f"no question: {line[:LONGEST_LINE]!r}")
    return Question(int(found[1]), Verb(found[2]), int(found[3]), int(found[4] or 0))


def answer_line(tag: int, facts: Facts) -> bytes:
    """The bytes with which a board answers."""
    level = NO_LEVEL if facts.level_db is None else f"{facts.level_db:.1f}"
    return _sealed(f"!{tag} OK on={int(facts.on)} left={facts.left_ms} ma={facts.current_ma} db={level}")


def refusal_line(tag: int, why: Refusal) -> bytes:
    """The bytes with which a board refuses."""
    return _sealed(f"!{tag} ERR {why}")


def tag_of(line: bytes) -> int:
    """Which question a line answers; raises BadLineError for anything that is no answer."""
    return int(_parsed(line)[1])


def facts_of(line: bytes) -> Facts:
    """The facts of an answer; raises `BadLineError`, or `TransientDriverError` or `FinalDriverError` for a refusal."""
    found = _parsed(line)
    if found[2] == "ERR":
        raise _refused(found[3])
    facts = _FACTS.fullmatch(found[3])
    if facts is None:
        raise BadLineError(f"no facts: {line[:LONGEST_LINE]!r}")
    level = None if facts[4] == NO_LEVEL else float(facts[4])
    return Facts(facts[1] == "1", int(facts[2]), int(facts[3]), level)


def hold_ms(seconds: float) -> int:
    """Milliseconds, rounded up: the board must not switch off before the caller was promised."""
    return math.ceil(round(seconds * 1000, 3))


def _refused(why: str) -> TransientDriverError | FinalDriverError:
    sentence = f"the board refuses: {why[:40]}"
    return TransientDriverError(sentence) if why == Refusal.BUSY else FinalDriverError(sentence)


def _parsed(line: bytes) -> re.Match[str]:
    found = _ANSWER.fullmatch(_opened(line))
    if found is None:
        raise BadLineError(f"no answer: {line[:LONGEST_LINE]!r}")
    return found


def _sealed(text: str) -> bytes:
    body = text.encode("ascii")
    return body + f" *{crc16(body):04X}".encode() + END


def _opened(line: bytes) -> str:
    """The text of a line whose check sum is right."""
    body, star, seal = line.rstrip(b"\r\n").rpartition(b" *")
    if not star or len(line) > LONGEST_LINE or seal != f"{crc16(body):04X}".encode():
        raise BadLineError(f"garbled line {line[:LONGEST_LINE]!r}")
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as cause:
        raise BadLineError(f"garbled line {line[:LONGEST_LINE]!r}") from cause
