from edge.core.moment import Steady
from edge.core.policy.refusals import TELL_S, Refusals, refused


def test_the_first_is_told_and_then_at_most_one_a_minute_with_all_of_them() -> None:
    tally, told = Refusals(), []
    for second in range(150):
        tally, tell = refused(tally, "login" if second % 3 else "rubbish", Steady(float(second)))
        if tell:
            told.append((second, str(tally)))
    assert [second for second, _ in told] == [0, TELL_S, 2 * TELL_S]
    assert told[0][1] == "1: rubbish 1"
    assert told[-1][1] == "121: login 80, rubbish 41"
    assert tally.total == 150
