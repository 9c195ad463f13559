"""What is open at the end of a shift, read out of the wall's state."""

from edge.core.handover import MOST_MATTERS, open_matters
from tests.web.scenery import busy, quiet

NOW = 1_790_000_000_000


def sentences(kind: str) -> list[str]:
    return [matter.sentence for matter in open_matters(busy(NOW), NOW) if matter.kind == kind]


def test_nothing_is_open_where_all_is_well() -> None:
    assert open_matters(quiet(NOW), NOW) == []


def test_nothing_is_open_where_nothing_is_known() -> None:
    assert open_matters({}, NOW) == []


def test_an_incident_says_who_took_it_and_who_was_not_reached() -> None:
    (first, taken) = sentences("incident")
    assert "chưa ai nhận" in first
    assert "Trần Văn Bình đã nhận" in taken


def test_horns_that_are_gone_or_may_have_been_silent_are_named() -> None:
    assert any("Cụm loa thôn Tây mất liên lạc" in one for one in sentences("horn"))
    assert any("không có dòng điện ra loa" in one for one in sentences("horn"))


def test_water_line_power_and_room_are_told_in_figures() -> None:
    assert "báo động 2, mực nước 2,4" in sentences("water")[0]
    assert "42 tin chờ gửi" in sentences("link")[0]
    assert "dự trữ" in sentences("room")[0]


def test_what_is_urgent_comes_first_and_the_list_has_an_end() -> None:
    dark = [{"name": f"C{n}", "state": "offline", "changed_at_ms": NOW} for n in range(200)]
    state = {**busy(NOW), "cameras": dark}
    found = open_matters(state, NOW)
    assert len(found) == MOST_MATTERS
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
