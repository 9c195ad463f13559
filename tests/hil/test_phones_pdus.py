from __future__ import annotations

import pytest

from drivers.devices.modem_at import pdu
from hil.prove.issue_4 import LINES
from hil.prove.phones.pdus import pdus


def test_the_line_of_pdus_is_proven_by_texts_of_every_length_and_by_two_families() -> None:
    link = pdus(8)
    assert link.ok
    assert [link.figures[f"pdu_texts_in_{parts}"] for parts in (1, 2, 3, 4)] == [4, 4, 4, 4]
    assert link.figures["pdu_read_back"] == 16
    assert link.figures["report_families"] == 3
    assert link.figures["long_families"] == 2
    assert LINES["pdus"] is pdus


def test_the_line_of_pdus_fails_when_a_text_is_cut_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdu, "_cut", lambda text: (text[:60], text[61:120]))
    link = pdus(8)
    assert not link.ok
    assert link.figures["pdu_wrong"] == 12
