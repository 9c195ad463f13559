import json

import pytest

from edge.core.broadcast import OrderId
from edge.core.errors import FinalError
from edge.kernel.wire.order import MAX_REASON, ack_from_payload

WORD = {"id": "1-7", "node": "loa-dong", "state": "done", "at_ms": 1}


@pytest.mark.parametrize(
    "lie",
    [
        {"played_ms": 2**70},
        {"played_ms": -1},
        {"amp_ma": 2**63},
        {"at_ms": 2**64},
        {"rms_db": 1e300},
        {"id": "1-" + "9" * 5_000},
        {"id": "٣-٧" * 30},
        {"state": "singing"},
    ],
    ids=str,
)
def test_a_word_with_a_number_that_no_database_can_keep_is_refused(lie: dict[str, object]) -> None:
    with pytest.raises(FinalError):
        ack_from_payload(json.dumps(WORD | lie).encode())


def test_a_long_reason_is_cut_and_the_report_kept() -> None:
    ack = ack_from_payload(json.dumps(WORD | {"err": "đứt " * 1_000}).encode())
    assert ack.order == OrderId(1, 7)
    assert len(ack.err) == MAX_REASON
