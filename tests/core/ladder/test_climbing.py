"""The ladder moves on by itself until somebody knows, and never does a step twice."""

from dataclasses import replace

from edge.core.policy.ladder.climbing import (
    Climb,
    Do,
    Finish,
    GiveUp,
    Last,
    Ring,
    Rules,
    Rung,
    StandIn,
    Stands,
    State,
    Tell,
    Until,
    decide,
)

MIN = 60_000
RULES = Rules(substitutes=(("an", "binh"),), chairman="chu-tich")
AN = Rung("1/1", "an")
CUONG = Rung("1/2", "cuong")


def done(climb: Climb) -> Climb:
    """Every message that was under way went out."""
    return replace(
        climb, rungs=tuple(replace(r, last=Last.DONE) if r.last is Last.UNDER_WAY else r for r in climb.rungs)
    )


def with_stand_ins(climb: Climb, actions: tuple[object, ...]) -> Climb:
    """What the store does with a StandIn."""
    new = [
        Rung(f"{a.person}!", a.person, a.stands, a.missing[0] if a.stands is Stands.SUBSTITUTE else "")
        for a in actions
        if isinstance(a, StandIn)
    ]
    return replace(climb, rungs=(*climb.rungs, *new))


def test_somebody_who_never_answers_is_told_rung_stood_in_for_and_given_up() -> None:
    climb, seen = Climb(Until.EACH, (AN,)), list[object]()
    for minute in range(40):
        climb, actions = decide(done(climb), RULES, minute * MIN)
        climb = with_stand_ins(climb, actions)
        seen.extend(actions)
    assert seen == [
        Tell("1/1", 1),
        Ring("1/1", 2),
        StandIn("binh", Stands.SUBSTITUTE, ("1/1",)),
        Tell("binh!", 1),
        Ring("binh!", 2),
        GiveUp("binh!"),
        StandIn("chu-tich", Stands.CHAIRMAN, ("1/1",)),
        Tell("chu-tich!", 1),
        GiveUp("1/1"),
        Ring("chu-tich!", 2),
        GiveUp("chu-tich!"),
        Finish(State.EXHAUSTED),
    ]
    assert climb.state is State.EXHAUSTED


def test_nobody_is_called_before_three_minutes_have_passed_since_the_message_went_out() -> None:
    climb, _ = decide(Climb(Until.EACH, (AN,)), RULES, 0)
    climb, actions = decide(climb, RULES, 10 * MIN)
    assert actions == (), "it still stands in line"
    climb, _ = decide(done(climb), RULES, 10 * MIN)
    assert decide(climb, RULES, 13 * MIN - 1)[1] == ()
    assert decide(climb, RULES, 13 * MIN)[1] == (Ring("1/1", 2),)


def test_deciding_again_at_once_does_nothing_twice() -> None:
    climb, _ = decide(Climb(Until.EACH, (AN, CUONG)), RULES, 0)
    assert decide(climb, RULES, 0) == (climb, ())


def test_a_number_that_does_not_exist_is_not_waited_for() -> None:
    climb, _ = decide(Climb(Until.EACH, (AN,)), RULES, 0)
    climb = replace(climb, rungs=(replace(climb.rungs[0], last=Last.HOPELESS),))
    assert decide(climb, RULES, 1)[1] == (Ring("1/1", 2),)


def test_one_who_takes_it_is_enough_where_one_is_enough() -> None:
    climb = Climb(Until.TAKEN, (replace(AN, answered=True), CUONG))
    assert decide(climb, RULES, 0)[1] == (Finish(State.TAKEN),)
    assert decide(replace(climb, until=Until.EACH), RULES, 0)[1] == (Tell("1/2", 1),)


def test_an_answer_of_the_substitute_is_an_answer_for_the_person() -> None:
    away = replace(AN, step=3, since_ms=0, last=Last.DONE)
    substitute = Rung("1/9", "binh", Stands.SUBSTITUTE, "1/1", step=1, since_ms=0, last=Last.DONE, answered=True)
    assert decide(Climb(Until.EACH, (away, substitute)), RULES, 99 * MIN)[1] == (Finish(State.ANSWERED),)


def test_the_chairman_hears_of_all_who_are_missing_in_one_message() -> None:
    rungs = tuple(replace(rung, step=2, since_ms=0, last=Last.DONE) for rung in (CUONG, Rung("1/3", "dung")))
    _, actions = decide(Climb(Until.EACH, rungs), RULES, 3 * MIN)
    assert actions == (StandIn("chu-tich", Stands.CHAIRMAN, ("1/2", "1/3")),)


def test_a_ladder_that_only_tells_is_done_when_it_was_told() -> None:
    rules = replace(RULES, steps=(Do.TELL,))
    climb, _ = decide(Climb(Until.EACH, (AN,)), rules, 0)
    assert decide(done(climb), rules, MIN)[1] == (Finish(State.ANSWERED),)


def test_without_a_modem_that_calls_the_substitute_is_next() -> None:
    rules = replace(RULES, can_ring=False)
    told = replace(AN, step=1, since_ms=0, last=Last.DONE)
    _, actions = decide(Climb(Until.EACH, (told,)), rules, 3 * MIN)
    assert actions == (StandIn("binh", Stands.SUBSTITUTE, ("1/1",)),)


def test_somebody_asleep_is_told_when_the_quiet_hours_end() -> None:
    climb, actions = decide(Climb(Until.EACH, (replace(AN, asleep=True),)), RULES, 0)
    assert actions == ()
    awake = replace(climb, rungs=(replace(climb.rungs[0], asleep=False),))
    assert decide(awake, RULES, 99 * MIN)[1] == (Tell("1/1", 1),)


def test_an_incident_that_is_over_tells_those_who_had_not_heard_and_calls_nobody() -> None:
    told = replace(CUONG, step=1, since_ms=0, last=Last.DONE)
    climb = Climb(Until.EACH, (AN, told), State.CLOSED)
    climb, actions = decide(climb, RULES, 99 * MIN)
    assert actions == (Tell("1/1", 1),)
    assert decide(done(climb), RULES, 999 * MIN)[1] == ()
