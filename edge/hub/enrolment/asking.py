"""Claims that the province hands out, boxes that ask with them, and the person who says yes or no."""

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from edge.core.errors import FinalError
from edge.hub.database import Database
from edge.hub.enrolment.authority import Authority
from edge.hub.guarded import InTheWayError, NotAllowedError, NotThereError
from edge.hub.tables.enrolment import box_epoch, certificate, claim, enrolment
from edge.kernel.identity import certificate_pem, key_sha256, read_request, serial_of, spoken_fingerprint, times_of
from edge.kernel.wire.enrolment import Asked, ClaimToken

CLAIM_HOURS = 72
"""A technician needs a day to reach the commune, and one for the flood in between."""
MOST_SHOWN = 200
_SOURCE = re.compile(r"/xa/(?P<commune>[a-z0-9]+(?:-[a-z0-9]+)*)/box/(?P<box>[1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it, for the record."""

    name: str


def source_of(commune: str, box: int) -> str:
    """The source of a box; raises FinalError when the commune's id is none."""
    source = f"/xa/{commune}/box/{box}"
    if not _SOURCE.fullmatch(source) or len(source) > 60:
        raise FinalError(f"Mã xã {commune[:40]!r} hoặc số hộp {box} không đúng.")
    return source


def box_name(source: str) -> str:
    """The common name of its certificate (edge.hub.visitors)."""
    found = _SOURCE.fullmatch(source)
    assert found, f"no source: {source}"
    return f"box-{found['commune']}-{found['box']}"


async def hand_out(
    database: Database, source: str, authority_sha256: bytes, who: Person, now_ms: int, hours: int = CLAIM_HOURS
) -> ClaimToken:
    """A token for one use; the record keeps only the hash of its secret."""
    token = ClaimToken.new(authority_sha256)
    row = {
        "secret_sha256": _hash(token.secret.hex()),
        "source": source,
        "made_at_ms": now_ms,
        "expires_at_ms": now_ms + hours * 3_600_000,
        "made_by": who.name,
    }
    async with database.change() as change:
        await change.execute(insert(claim).values(row))
    return token


async def ask(database: Database, secret_hex: str, request_pem: str, peer: str, now_ms: int) -> Asked:
    """A box asks; the same key with the same token asks the same again. Raises NotAllowedError with one sentence."""
    key = key_sha256(read_request(request_pem.encode()).public_key())
    secret = _hash(secret_hex)
    used = {"key_sha256": key, "used_at_ms": now_ms}
    async with database.change() as change:
        await change.execute(
            update(claim)
            .where(claim.c.secret_sha256 == secret, claim.c.key_sha256.is_(None), claim.c.expires_at_ms > now_ms)
            .values(used)
        )
        found = (await change.execute(select(claim).where(claim.c.secret_sha256 == secret))).mappings().first()
        if found is None or found["key_sha256"] != key:
            raise NotAllowedError("Mã ghi danh không đúng, đã dùng hoặc đã hết hạn.")
        known = (
            await change.execute(select(enrolment.c.id).where(enrolment.c.secret_sha256 == secret))
        ).scalar_one_or_none()
        if known is not None:
            return Asked(known, found["source"])
        row = {
            "id": secrets.token_hex(16),
            "secret_sha256": secret,
            "source": found["source"],
            "key_sha256": key,
            "request": request_pem,
            "peer": peer[:64],
            "state": "pending",
            "asked_at_ms": now_ms,
            "decided_by": "",
            "reason": "",
        }
        await change.execute(insert(enrolment).values(row))
        return Asked(str(row["id"]), found["source"])


async def standing(database: Database, name: str) -> dict[str, Any]:
    """One request with its certificate, if it has one; raises NotThereError."""
    asked = (
        select(enrolment, certificate.c.pem)
        .outerjoin(certificate, certificate.c.serial == enrolment.c.serial)
        .where(enrolment.c.id == name)
    )
    async with database.change() as change:
        found = (await change.execute(asked)).mappings().first()
    if found is None:
        raise NotThereError("Không có yêu cầu ghi danh này.")
    return dict(found)


async def listed(database: Database, state: str | None = None) -> list[dict[str, Any]]:
    """Requests, newest first, with what two people compare aloud."""
    asked = select(enrolment).order_by(enrolment.c.asked_at_ms.desc()).limit(MOST_SHOWN)
    async with database.change() as change:
        rows = (await change.execute(asked.where(enrolment.c.state == state) if state else asked)).mappings().all()
    return [
        {name: row[name] for name in ("id", "source", "state", "peer", "asked_at_ms", "decided_at_ms", "decided_by")}
        | {"fingerprint": spoken_fingerprint(row["key_sha256"])}
        for row in rows
    ]


async def approve(database: Database, authority: Authority, name: str, who: Person, now_ms: int) -> str:
    """A person has compared the fingerprint: the box gets its certificate, an older box of this name loses its own.

    Returns the serial. Raises NotThereError, and InTheWayError when it was decided already.
    """
    async with database.change() as change:
        row = await _decide(change, name, "approved", who, "", now_ms)
        epoch = await next_epoch(change, row["source"])
        await change.execute(
            update(certificate)
            .where(certificate.c.source == row["source"], certificate.c.over_at_ms.is_(None))
            .values(over_at_ms=now_ms, over_why="hộp đã thay")
        )
        serial = await certify(change, authority, row["source"], epoch, row["request"], now_ms)
        await change.execute(update(enrolment).where(enrolment.c.id == name).values(serial=serial))
    return serial


async def refuse(database: Database, name: str, who: Person, why: str, now_ms: int) -> None:
    """A person says no."""
    async with database.change() as change:
        await _decide(change, name, "refused", who, why[:400], now_ms)


async def certify(change: Any, authority: Authority, source: str, epoch: int, request_pem: str, now_ms: int) -> str:
    """Sign for the key of this request and keep it; returns the serial. The name is ours, whatever the request says."""
    public = read_request(request_pem.encode()).public_key()
    now = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC)
    made = authority.for_box(public, box_name(source), now)  # type: ignore[arg-type]  # read_request: EC P-256 only
    begins_ms, ends_ms = times_of(made)
    row = {
        "serial": serial_of(made),
        "source": source,
        "epoch": epoch,
        "key_sha256": key_sha256(public),
        "pem": certificate_pem(made).decode(),
        "not_before_ms": begins_ms,
        "not_after_ms": ends_ms,
        "made_at_ms": now_ms,
        "over_why": "",
    }
    try:
        await change.execute(insert(certificate).values(row))
    except IntegrityError as cause:
        raise InTheWayError("Khóa này đã có chứng thư: hãy tạo khóa mới.") from cause
    return str(row["serial"])


async def next_epoch(change: Any, source: str) -> int:
    """One more box that is this one."""
    changed = await change.execute(
        update(box_epoch).where(box_epoch.c.source == source).values(epoch=box_epoch.c.epoch + 1)
    )
    if not changed.rowcount:
        await change.execute(insert(box_epoch).values(source=source, epoch=1))
    return int((await change.execute(select(box_epoch.c.epoch).where(box_epoch.c.source == source))).scalar_one())


async def count_pending(database: Database) -> int:
    """How many boxes wait for a person."""
    async with database.change() as change:
        asked = select(func.count()).select_from(enrolment).where(enrolment.c.state == "pending")
        return int((await change.execute(asked)).scalar_one())


async def _decide(change: Any, name: str, state: str, who: Person, why: str, now_ms: int) -> dict[str, Any]:
    changed = await change.execute(
        update(enrolment)
        .where(enrolment.c.id == name, enrolment.c.state == "pending")
        .values(state=state, decided_at_ms=now_ms, decided_by=who.name[:80], reason=why)
    )
    row = (await change.execute(select(enrolment).where(enrolment.c.id == name))).mappings().first()
    if row is None:
        raise NotThereError("Không có yêu cầu ghi danh này.")
    if not changed.rowcount:
        raise InTheWayError("Yêu cầu ghi danh này đã được quyết định rồi.")
    return dict(row)


def _hash(secret_hex: str) -> str:
    return hashlib.sha256(bytes.fromhex(secret_hex)).hexdigest()
