"""A row in every table of indicators."""

from edge.core.indicator.values import Indicator, Measured
from edge.store.indicators import keep_value
from edge.store.journal import Tx

CASHLESS = Indicator("khong-tien-mat", "Hộ thanh toán không dùng tiền mặt", "hộ", total=2115, target_pct=80)


def indicators_kept(tx: Tx) -> None:
    """A value that somebody typed."""
    at_ms = 1_790_000_000_000
    keep_value(tx, CASHLESS, Measured(1632, at_ms, at_ms, by="Lan", note="BC 12"))
