"""The audit log: who did what, searched, and reckoned anew by one press."""

import datetime as dt
from typing import Annotated, Any

from flask import Blueprint, render_template
from msgspec import Meta

from edge.control import protocol
from edge.core.local_time import VIETNAM, local
from edge.core.moment import AtMs
from edge.core.policy.rights import ROLE_NAMES
from web.asking import must_be_allowed
from web.audit_words import DEEDS, words_of
from web.bodies import Body, Word, read_query
from web.database import reading
from web.pages import desk
from web.records import Day

PAGE = 100
DAY_MS = 86_400_000

audit_page = Blueprint("audit_page", __name__)


class AuditQuery(Body, frozen=True):
    """What is looked for; what is left empty does not matter. ``before``: a line's number, for the next page."""

    day: Day = ""
    user: Annotated[str, Meta(max_length=80)] = ""
    about: Word = ""
    text: Annotated[str, Meta(max_length=200)] = ""
    before: Annotated[int, Meta(ge=0, le=2**53)] = 0


@audit_page.get("/audit")
def page() -> str:
    """One page of the log, newest first."""
    person = desk()
    must_be_allowed(person["person"], protocol.VerifyAudit.__name__)
    asked = read_query(AuditQuery)
    where, values = _conditions(asked)
    with reading() as reader:
        rows = reader.rows(
            f"SELECT seq, at_ms, user, role, action, detail FROM audit WHERE {' AND '.join(where)}"  # noqa: S608 - our own words
            " ORDER BY seq DESC LIMIT ?",
            *values,
            PAGE + 1,
        )
        users = reader.rows(
            "SELECT DISTINCT user FROM (SELECT user FROM audit ORDER BY seq DESC LIMIT 5000) ORDER BY 1"
        )
    shown = rows[:PAGE]
    return render_template(
        "audit.html",
        **person,
        asked=asked,
        rows=shown,
        users=[row["user"] for row in users],
        subjects=DEEDS,
        words=words_of,
        roles={role.value: words for role, words in ROLE_NAMES.items()},
        when=lambda at_ms: local(AtMs(at_ms)),
        next=shown[-1]["seq"] if len(rows) > PAGE else 0,
    )


def _conditions(asked: AuditQuery) -> tuple[list[str], list[Any]]:
    where, values = ["1"], list[Any]()
    if asked.before:
        where.append("seq < ?")
        values.append(asked.before)
    if asked.user:
        where.append("user = ?")
        values.append(asked.user)
    if asked.about:
        where.append("substr(action, 1, ?) = ?")
        values += [len(asked.about) + 1, f"{asked.about}."]
    if since_ms := _midnight(asked.day):
        where.append("at_ms >= ? AND at_ms < ?")
        values += [since_ms, since_ms + DAY_MS]
    for word in asked.text.split()[:8]:
        where.append("instr(lower(detail || ' ' || action), lower(?)) > 0")
        values.append(word)
    return where, values


def _midnight(day: str) -> int:
    """UTC milliseconds of the local midnight that begins a day; 0 for no day or one that is in no calendar."""
    try:
        return round(dt.datetime.fromisoformat(day).replace(tzinfo=VIETNAM).timestamp() * 1000) if day else 0
    except ValueError:
        return 0
