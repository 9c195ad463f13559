"""How an order to a horn ended (law 3: no answer is not success)."""

from edge.core.broadcast import CUT_OFF, Ack, AckState, Outcome

SILENT_BELOW_DB = -45.0
SILENT_BELOW_MA = 50
"""An amplifier that drives a 100 V line draws more than this whenever it is heard."""
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
        if ack.code == CUT_OFF and played_ms == 0:
            return Outcome.UNKNOWN, ack.err
        if played_ms > 0:
            return Outcome.PARTIAL, ack.err or f"Bị ngắt sau {played_ms / 1000:.1f} giây."
        return Outcome.SILENT, ack.err or "Không phát được."
    return _conclude_done(ack, played_ms, expected_ms)


def _conclude_done(ack: Ack, played_ms: int, expected_ms: int) -> tuple[Outcome, str]:
    if ack.err:
        return Outcome.SILENT, ack.err
    if ack.rms_db is None or ack.rms_db < SILENT_BELOW_DB:
        return Outcome.SILENT, "Âm thanh phát ra quá nhỏ."
    if ack.amp_ma is not None and ack.amp_ma < SILENT_BELOW_MA:
        return Outcome.SILENT, f"Tăng âm chỉ có {ack.amp_ma} mA: loa không kêu."
    if played_ms < expected_ms * WHOLE_SHARE:
        return Outcome.PARTIAL, f"Chỉ phát {played_ms / 1000:.1f} trên {expected_ms / 1000:.1f} giây."
    return Outcome.PLAYED, ""
