"""An incident from its beginning to its end: who saw it, who took it, how it was judged and closed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.core.incident import Severity, Verdict
from edge.core.vision import Box
from edge.store.incidents import Consequences, Growth, close_by_hand, close_incident, take_incident, update_incident
from edge.store.journal import Journal
from edge.store.passages import add_passages, drop_old_passages, passages_since
from edge.store.stories import MOST_CHAPTERS, add_chapter, judge_incident, judged_before, judged_of, see_incident
from edge.store.suspensions import suspend_rule, suspensions
from tests.store.village import PASSAGE, PEOPLE, intrusion, open_journal

MORE = Growth("Có 3 người trong kho", Severity.SEVERE, 3, 0.9, Box(0.1, 0.1, 0.2, 0.5))
AGAIN = Consequences(PEOPLE, "NGUY HIỂM HƠN", "mau-tin", {}, ("dong",))


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = await open_journal(tmp_path / "molang.db")
    await opened.record(intrusion("1-7"))
    yield opened
    opened.close()


async def rows(journal: Journal, question: str) -> list[tuple[Any, ...]]:
    return await journal.record(lambda tx: tx.run(question).fetchall())


async def story(journal: Journal) -> list[str]:
    return [what for (what,) in await rows(journal, "SELECT what FROM incident_story ORDER BY number")]


async def test_more_people_and_a_better_picture_are_one_story(journal: Journal) -> None:
    assert await journal.record(lambda tx: update_incident(tx, "zone/1-7", MORE)) == "1-7"
    assert await rows(journal, "SELECT title, most, score, box FROM incident") == [
        ("Có 3 người trong kho", 3, 0.9, "[0.1, 0.1, 0.2, 0.5]")
    ]
    assert await story(journal) == ["opened", "more"]
    assert await rows(journal, "SELECT count(*) FROM alert") == [(2,)]


async def test_a_story_never_shows_fewer_than_it_did(journal: Journal) -> None:
    await journal.record(lambda tx: update_incident(tx, "zone/1-7", MORE))
    await journal.record(lambda tx: close_incident(tx, "zone/1-7", most=2, score=0.5))
    assert await rows(journal, "SELECT most, score FROM incident") == [(3, 0.9)]


async def test_a_graver_story_is_told_to_people_again_and_said_on_air(journal: Journal) -> None:
    grave = Growth("Có người ở bờ sông", Severity.EXTREME, 1, then=AGAIN)
    await journal.record(lambda tx: update_incident(tx, "zone/1-7", grave))
    await journal.record(lambda tx: update_incident(tx, "zone/1-7", grave))
    assert await rows(journal, "SELECT id, place_in_line FROM alert ORDER BY id") == [
        (f"1-7/{number + 1}", number % 2 + 1) for number in range(6)
    ]
    assert await rows(journal, "SELECT id FROM announcement ORDER BY id") == [("1-7/air",), ("1-7/air2",)]
    assert await rows(journal, "SELECT DISTINCT lane FROM outbox WHERE type = 'incident.updated'") == [(0,)]


async def test_what_is_closed_grows_no_more(journal: Journal) -> None:
    await journal.record(lambda tx: close_by_hand(tx, "1-7", "Là cán bộ thôn.", "lan", "duty"))
    assert await journal.record(lambda tx: update_incident(tx, "zone/1-7", MORE)) is None
    assert await journal.record(lambda tx: close_by_hand(tx, "1-7", "Lần nữa.", "lan", "duty")) is None
    assert await rows(journal, "SELECT state, closed_by, closed_how FROM incident") == [
        ("closed", "lan", "Là cán bộ thôn.")
    ]
    assert await rows(journal, "SELECT user, action, detail FROM audit") == [("lan", "incident.close", "1-7")]


async def test_the_first_look_of_each_person_is_written_down(journal: Journal) -> None:
    looks = [await journal.record(lambda tx, who=who: see_incident(tx, "1-7", who)) for who in ("lan", "lan", "huy")]  # type: ignore[misc]  # the name of this turn
    assert looks == [True, False, True]
    assert await story(journal) == ["opened", "seen", "seen"]
    assert not await journal.record(lambda tx: see_incident(tx, "9-9", "lan"))


async def test_the_whole_life_is_told_in_order(journal: Journal) -> None:
    await journal.record(lambda tx: see_incident(tx, "1-7", "lan"))
    await journal.record(lambda tx: take_incident(tx, "1-7", "lan", "duty"))
    await journal.record(lambda tx: close_incident(tx, "zone/1-7", 1, 0.9))
    assert await journal.record(lambda tx: judge_incident(tx, "1-7", Verdict.TRUE_ALARM, "huy", "leader"))
    assert await story(journal) == ["opened", "seen", "taken", "closed", "judged"]
    assert await rows(journal, "SELECT closed_by, closed_how, verdict FROM incident") == [(None, None, "true_alarm")]


async def test_a_story_without_end_stops_growing_but_can_be_ended(journal: Journal) -> None:
    for _ in range(MOST_CHAPTERS + 5):
        await journal.record(lambda tx: add_chapter(tx, "1-7", "more"))
    await journal.record(lambda tx: close_incident(tx, "zone/1-7"))
    told = await story(journal)
    assert (len(told), told[-1]) == (MOST_CHAPTERS + 1, "closed")


async def test_a_proposal_knows_what_was_judged_before(journal: Journal) -> None:
    await journal.record(intrusion("1-8"))
    await journal.record(lambda tx: judge_incident(tx, "1-7", Verdict.FALSE_ALARM, "lan", "duty"))
    await journal.record(lambda tx: judge_incident(tx, "1-8", Verdict.FALSE_ALARM, "lan", "duty"))
    found = await journal.record(lambda tx: judged_of(tx, "1-8"))
    assert found is not None
    assert found[:2] == ("cong", "san")
    before = await journal.record(lambda tx: judged_before(tx, "cong", "san", Verdict.FALSE_ALARM, "1-8"))
    assert before == [found[2]]
    assert await journal.record(lambda tx: judged_before(tx, "cong", "san", Verdict.TRUE_ALARM, "1-8")) == []


async def test_a_rule_rests_until_its_time_is_over_or_somebody_ends_it(journal: Journal) -> None:
    until = await journal.record(lambda tx: suspend_rule(tx, "cong", "san", 60, "lan", "duty"))
    assert await journal.record(suspensions) == {("cong", "san"): until}
    assert await journal.record(lambda tx: suspend_rule(tx, "cong", "all", 0, "lan", "duty")) is None
    assert await journal.record(suspensions) == {}
    assert await rows(journal, "SELECT action, detail FROM audit") == [
        ("rule.suspend", "cong/san: 60 phút"),
        ("rule.suspend", "cong/all: 0 phút"),
    ]


async def test_passages_are_kept_for_a_day(journal: Journal) -> None:
    await journal.record(lambda tx: add_passages(tx, [("cong", PASSAGE), ("khac", PASSAGE)]))
    assert await journal.record(lambda tx: passages_since(tx, "cong", PASSAGE.began_ms)) == [PASSAGE]
    assert await journal.record(lambda tx: passages_since(tx, "cong", PASSAGE.began_ms + 1)) == []
    await journal.record(drop_old_passages)
    assert await journal.record(lambda tx: passages_since(tx, "cong", 0)) == []
