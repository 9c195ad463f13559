"""The proofs of the door, in small."""

import json

import pytest

from hil.lan import Lan
from hil.prove.people.hostile_texts import FREE, MARK, TEXTS, poisoned
from hil.prove.people.microphone import microphone_origin


def test_every_hostile_text_finds_its_way_into_a_field_for_words() -> None:
    bodies = [poisoned({"text": "Mời họp", "hamlets": ["dong"], "wish": {"title": "Bản tin"}}, at) for at in range(48)]
    whole = json.dumps(bodies)
    assert all(json.dumps(text)[1:-1] in whole for text in TEXTS)
    assert all(body["hamlets"] == ["dong"] for body in bodies)
    assert "text" in FREE
    assert all(MARK in text for text in TEXTS)


@pytest.mark.root
def test_a_voice_from_another_machine_reaches_every_horn_through_the_door() -> None:
    if why := Lan.why_not():
        pytest.skip(why)
    link = microphone_origin(talk_s=3.0)
    assert link.ok, (link.figures, link.note)
