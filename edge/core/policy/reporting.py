"""How an order to a horn ended (law 3: no answer is not success).

PLAYED needs three witnesses: the player put everything out and it was no silence; the relay was read back as closed
from the first sample to the last (a node that sees it open says FAILED); and current or level of the amplifier proves
that the horn was driven. What nobody measured is not PLAYED but UNKNOWN: a person must go and listen.
"""

from edge.core.broadcast import CUT_OFF, Ack, AckState, Outcome

SILENT_BELOW_DB = -45.0
SILENT_BELOW_MA = 50
"""Above its idle current: an amplifier that drives a 100 V line draws more than this whenever it is heard."""
SILENT_BELOW_LEVEL_DB = -40.0
"""Below full output, on the line or before a microphone at the horn: the test at 20 % volume lies near -20."""
WHOLE_SHARE = 0.95
"""Of the expected length: less was a broken announcement."""

FINAL = frozenset({AckState.DONE, AckState.FAILED, AckState.PREEMPTED, AckState.REFUSED})


def conclude(ack: Ack | None, expected_ms: int) -> tuple[Outcome, str]:
    """Outcome and Vietnamese reason from the last word of a horn; None means that it never came."""
    if ack is None or ack.state not in FINAL:
        return Outcome.UNKNOWN, "Cụm loa không trả lời trong thời hạn."
    if ack.state is AckState.REFUSED:
        return Outcome.REFUSED, ack.err or "Cụm loa từ chối."
    played_ms = ack.played_ms or 0
    if ack.state in (AckState.FAILED, AckState.PREEMPTED):
        return _conclude_broken(ack, played_ms)
    return _conclude_done(ack, played_ms, expected_ms)


def _conclude_broken(ack: Ack, played_ms: int) -> tuple[Outcome, str]:
    if ack.code == CUT_OFF and played_ms <= 0:
        return Outcome.UNKNOWN, ack.err
    if played_ms <= 0:
        return Outcome.SILENT, ack.err or "Không phát được."
    if silence := _silence(ack):
        return Outcome.SILENT, f"{silence} {ack.err}".rstrip()
    return Outcome.PARTIAL, ack.err or f"Bị ngắt sau {played_ms / 1000:.1f} giây."


def _conclude_done(ack: Ack, played_ms: int, expected_ms: int) -> tuple[Outcome, str]:
    if ack.err:
        return Outcome.SILENT, ack.err
    if ack.rms_db is None or ack.rms_db < SILENT_BELOW_DB:
        return Outcome.SILENT, "Âm thanh phát ra quá nhỏ."
    if silence := _silence(ack):
        return Outcome.SILENT, silence
    if played_ms < expected_ms * WHOLE_SHARE:
        return Outcome.PARTIAL, f"Chỉ phát {played_ms / 1000:.1f} trên {expected_ms / 1000:.1f} giây."
    if ack.amp_ma is None and ack.level_db is None:
        return Outcome.UNKNOWN, "Đã phát hết nhưng không đo được tăng âm: chưa chắc loa có kêu."
    return Outcome.PLAYED, ""


def _silence(ack: Ack) -> str:
    """What the amplifier's measures say against sound; empty when they say nothing or all is well."""
    if ack.amp_ma is not None and ack.amp_ma < SILENT_BELOW_MA:
        return f"Tăng âm chỉ có {ack.amp_ma} mA: loa không kêu."
    if ack.level_db is not None and ack.level_db < SILENT_BELOW_LEVEL_DB:
        return f"Mức âm đo ở loa chỉ {ack.level_db:.0f} dB: loa không kêu."
    return ""
