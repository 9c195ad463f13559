"""An urgent bulletin of the province: the only thing from there that sounds, and only by a key the commune accepted."""

from collections.abc import Collection
from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.core.incident import Incident, IncidentId, IncidentKind, Severity
from edge.core.moment import AtMs
from edge.core.place import EVERYWHERE
from edge.core.policy.downlink import Due, due
from edge.kernel.statement import Statement, is_signed
from edge.kernel.wire.command import Urgent, UrgentWords, read_urgent
from edge.store.urgent_bulletins import AcceptedKey, UrgentRow
from edge.sync.commands.check import SENTENCES, Reason


class RefusedOrderError(FinalError):
    """A genuine command that is not carried out; ``reason`` travels to the province."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or SENTENCES[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """What of the box commands are judged by."""

    source: str
    hamlets: frozenset[str]
    gauges: frozenset[str]
    cameras: frozenset[str]


def judged(order: Urgent, key: AcceptedKey | None, place: Place, now_ms: int) -> UrgentWords:
    """The words, if they may sound here now; raises RefusedOrderError otherwise."""
    if key is None:
        raise RefusedOrderError(Reason.NOT_ACCEPTED_KEY)
    if not is_signed(Statement(order.words, order.key_id, order.sig), key.public_hex):
        raise RefusedOrderError(Reason.BAD_SIGNATURE, "Chữ ký của bản tin khẩn không đúng.")
    try:
        words = read_urgent(order.words)
    except FinalError as cause:
        raise RefusedOrderError(Reason.MALFORMED, str(cause)[:300]) from cause
    if place.source not in words.sources or not _named(words, place.hamlets):
        raise RefusedOrderError(Reason.NOT_FOR_US, "Bản tin khẩn dành cho nơi khác.")
    if words.status != "Actual":
        raise RefusedOrderError(Reason.EXERCISE)
    if not words.text.strip():
        raise RefusedOrderError(Reason.MALFORMED, "Bản tin khẩn không có chữ nào.")
    _check_times(words, now_ms)
    return words


def _check_times(words: UrgentWords, now_ms: int) -> None:
    match due(words.nbf_ms, words.exp_ms, now_ms):
        case Due.LATE:
            raise RefusedOrderError(Reason.EXPIRED, "Bản tin khẩn đã hết hạn.")
        case Due.EARLY | Due.NEVER:
            raise RefusedOrderError(Reason.WRONG_TIMES, "Giờ hiệu lực của bản tin khẩn chưa đến hoặc không thể đúng.")


def _named(words: UrgentWords, hamlets: Collection[str]) -> tuple[str, ...]:
    """The hamlets of ours that it names; it names none: everywhere. Nothing when it names only others'."""
    if not words.hamlets:
        return (EVERYWHERE,)
    return tuple(name for name in words.hamlets if name in hamlets)


def incident_of(words: UrgentWords, key: AcceptedKey, place: Place, new_id: IncidentId, at_ms: AtMs) -> Incident:
    """For the wall and the phones: it says plainly whose words they are."""
    where = _named(words, place.hamlets)
    return Incident(
        id=new_id,
        kind=IncidentKind.WARNING,
        severity=Severity.EXTREME,
        subject=f"province/{words.id}",
        place="toàn xã" if where == (EVERYWHERE,) else ", ".join(where)[:80],
        hamlet=where[0],
        title=f"{headline(key)}: {words.text}"[:200],
        began_at_ms=at_ms,
    )


def row_of(words: UrgentWords, key: AcceptedKey, place: Place, incident: str) -> UrgentRow:
    """As the station takes it: the spoken words begin with whose they are, so that everybody hears it too."""
    text = f"{headline(key)}. {words.text}"
    return UrgentRow(f"khan-{words.id}", incident, key.key_id, text, _named(words, place.hamlets), words.exp_ms)


def headline(key: AcceptedKey) -> str:
    """Whose words they are, under the name by which the commune accepted the key."""
    return f"Bản tin khẩn của tỉnh, ký bởi {key.name}"
