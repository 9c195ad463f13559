"""Which certificates of boxes still hold; new ones for boxes that have one; taking one away."""

import time
from collections import OrderedDict
from typing import Any

from cryptography import x509
from sqlalchemy import func, insert, select, update

from edge.core.errors import FinalError
from edge.hub.database import Database
from edge.hub.enrolment.asking import Person, certify, next_epoch
from edge.hub.enrolment.authority import Authority
from edge.hub.guarded import NotAllowedError
from edge.hub.tables.enrolment import box_epoch, certificate
from edge.hub.visitors import visitor_of
from edge.kernel.clock import Clock
from edge.kernel.identity import (
    certificate_pem,
    common_name_of,
    is_issued_by,
    is_proven,
    key_sha256,
    read_certificate,
    read_request,
    serial_of,
    times_of,
)

OVERLAP_MS = 600_000
"""After the new certificate was used the old one holds so long: lines that are open with it end in peace."""
GRACE_MS = 180 * 86_400_000
"""A box that was off or cut off for half a year comes back without a technician."""
MOST_UNUSED = 5
"""New certificates of a box that it has not used yet: a box that loses its answers asks with the same key."""
REMEMBERED_S = 5.0
"""Within so long every instance of the hub refuses what was taken away."""
MOST_REMEMBERED = 20_000


class Standing:
    """Whether a box's certificate still holds: asked at every request, answered from memory for some seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.remembered_s = REMEMBERED_S
        self._known: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()

    async def refusal(self, serial: str, source: str) -> str:
        """Why it is refused, in Vietnamese; empty when it holds."""
        now_s, key = time.monotonic(), (serial, source)
        at_s, why = self._known.get(key, (float("-inf"), ""))
        if now_s - at_s > self.remembered_s:
            why = await refusal_of(self._database, serial, source, self._clock.now().at_ms)
            self._known[key] = (now_s, why)
            self._known.move_to_end(key)
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return why


async def refusal_of(database: Database, serial: str, source: str, now_ms: int) -> str:
    """Judge one certificate; the first use of a new one ends the older ones of this box.

    A certificate that this hub has not given out holds until the box is enrolled here: from then on only enrolled ones.
    """
    async with database.change() as change:
        epoch = (
            await change.execute(select(box_epoch.c.epoch).where(box_epoch.c.source == source))
        ).scalar_one_or_none()
        row = (await change.execute(select(certificate).where(certificate.c.serial == serial))).mappings().first()
        if row is None:
            return "" if epoch is None else "Hộp này đã ghi danh: chỉ nhận chứng thư do tỉnh cấp khi ghi danh."
        if row["source"] != source or row["epoch"] != epoch:
            return "Chứng thư này của hộp đã được thay."
        if row["over_at_ms"] is not None and row["over_at_ms"] <= now_ms:
            return f"Chứng thư này không còn giá trị: {row['over_why']}."
        if row["used_at_ms"] is None:
            await _used(change, dict(row), now_ms)
        return ""


async def _used(change: Any, row: dict[str, Any], now_ms: int) -> None:
    await change.execute(update(certificate).where(certificate.c.serial == row["serial"]).values(used_at_ms=now_ms))
    await change.execute(
        update(certificate)
        .where(
            certificate.c.source == row["source"],
            certificate.c.serial != row["serial"],
            certificate.c.made_at_ms <= row["made_at_ms"],
            certificate.c.over_at_ms.is_(None),
        )
        .values(over_at_ms=now_ms + OVERLAP_MS, over_why="đã có chứng thư mới hơn")
    )


async def renew(
    database: Database, authority: Authority, present: x509.Certificate, source: str, request_pem: str, now_ms: int
) -> str:
    """Another certificate for a box whose ``present`` one holds; the same key gets the same again. Returns PEM."""
    key = key_sha256(read_request(request_pem.encode()).public_key())
    async with database.change() as change:
        known = (await change.execute(select(certificate).where(certificate.c.key_sha256 == key))).mappings().first()
        if known is not None:
            if known["source"] != source or known["over_at_ms"] is not None:
                raise NotAllowedError("Khóa này không dùng được nữa: hãy tạo khóa mới.")
            return str(known["pem"])
        unused = select(func.count()).select_from(certificate)
        unused = unused.where(
            certificate.c.source == source,
            certificate.c.used_at_ms.is_(None),
            certificate.c.over_at_ms.is_(None),
            certificate.c.not_after_ms > now_ms,
        )
        if (await change.execute(unused)).scalar_one() >= MOST_UNUSED:
            raise NotAllowedError("Hộp này đã xin nhiều chứng thư mà chưa dùng.")
        epoch = (
            await change.execute(select(box_epoch.c.epoch).where(box_epoch.c.source == source))
        ).scalar_one_or_none()
        if epoch is None:
            await _come_under_enrolment(change, present, source, now_ms)
        serial = await certify(change, authority, source, epoch or 1, request_pem, now_ms)
        pem = select(certificate.c.pem).where(certificate.c.serial == serial)
        return str((await change.execute(pem)).scalar_one())


async def _come_under_enrolment(change: Any, present: x509.Certificate, source: str, now_ms: int) -> None:
    """A box with a certificate made by hand renews: that one is written down, and holds until the new one is used."""
    begins_ms, ends_ms = times_of(present)
    row = {
        "serial": serial_of(present),
        "source": source,
        "epoch": 1,
        "key_sha256": key_sha256(present.public_key()),
        "pem": certificate_pem(present).decode(),
        "not_before_ms": begins_ms,
        "not_after_ms": ends_ms,
        "made_at_ms": now_ms - 1,
        "used_at_ms": now_ms,
        "over_why": "",
    }
    await change.execute(insert(box_epoch).values(source=source, epoch=1))
    await change.execute(insert(certificate).values(row))


async def renew_by_proof(
    database: Database, authority: Authority, old_pem: str, request_pem: str, proof: str, now_ms: int
) -> str:
    """The same for a box whose certificate is over for no longer than the grace: its key proves who asks."""
    old = read_certificate(old_pem.encode())
    name = common_name_of(old)
    source = visitor_of({"subject": ((("commonName", name),),)}).box
    if source is None or not is_issued_by(old, authority.root) or not is_proven(old, request_pem.encode(), proof):
        raise NotAllowedError("Chứng thư cũ hoặc chữ ký chứng minh không đúng.")
    if times_of(old)[1] + GRACE_MS < now_ms:
        raise NotAllowedError("Chứng thư cũ hết hạn đã quá lâu: hãy ghi danh lại.")
    if why := await refusal_of(database, serial_of(old), source, now_ms):
        raise NotAllowedError(why)
    return await renew(database, authority, old, source, request_pem, now_ms)


async def take_away(database: Database, source: str, who: Person, why: str, now_ms: int) -> int:
    """Every certificate of this box is refused from now on; returns how many held. It must be enrolled anew."""
    if not why.strip():
        raise FinalError("Phải ghi lý do thu hồi.")
    async with database.change() as change:
        await next_epoch(change, source)
        gone = await change.execute(
            update(certificate)
            .where(certificate.c.source == source, certificate.c.over_at_ms.is_(None))
            .values(over_at_ms=now_ms, over_why=f"{who.name} thu hồi: {why}"[:200])
        )
    return int(gone.rowcount)


async def certificates_of(database: Database, source: str) -> list[dict[str, Any]]:
    """What this box was given, newest first."""
    asked = select(certificate).where(certificate.c.source == source).order_by(certificate.c.made_at_ms.desc())
    async with database.change() as change:
        rows = (await change.execute(asked.limit(50))).mappings().all()
    return [{name: value for name, value in row.items() if name not in ("pem", "key_sha256")} for row in rows]
