import pytest

from edge.core.policy.rules.rule import RuleKind
from edge.core.sentences import river_now, rule_title, span, trouble_title


@pytest.mark.parametrize(
    ("kind", "label", "most", "sentence"),
    [
        (RuleKind.ENTER, "person", 1, "Có người ở Sân kho (Cổng)"),
        (RuleKind.ENTER, "person", 3, "Có 3 người ở Sân kho (Cổng)"),
        (RuleKind.LINE, "motorcycle", 1, "Có xe máy vượt Sân kho (Cổng)"),
        (RuleKind.LOITER, "person", 1, "Có người nán lại Sân kho quá 5 phút (Cổng)"),
        (RuleKind.COUNT, "person", 12, "Có 12 người ở Sân kho, hơn mức 10 (Cổng)"),
        (RuleKind.CLOSED_STREET, "truck", 1, "Có xe tải vào Sân kho đang cấm xe (Cổng)"),
        (RuleKind.RIVER_BANK, "person", 1, "Có người ở Sân kho khi nước sông 4,20 m (Cổng)"),
        (RuleKind.PARKED, "car", 1, "Có ô tô đỗ quá 5 phút ở Sân kho (Cổng)"),
        (RuleKind.ENTER, "thuyen-rong", 1, "Có thuyen-rong ở Sân kho (Cổng)"),
    ],
)
def test_every_rule_says_what_it_saw_in_a_whole_sentence(kind: RuleKind, label: str, most: int, sentence: str) -> None:
    river = river_now(4.2, None)
    assert rule_title(kind, label, most, "Sân kho", "Cổng", after_s=300, more_than=10, river=river) == sentence


def test_an_old_reading_says_how_old_it_is() -> None:
    assert river_now(4.2, 3000) == "4,20 m (số đo đã cũ 50 phút)"


@pytest.mark.parametrize("name", ["Cổng", "Camera Cổng", "camera Cổng"])
def test_a_camera_is_called_a_camera_once(name: str) -> None:
    assert trouble_title("covered", name) == "Camera Cổng bị che"


@pytest.mark.parametrize(("seconds", "words"), [(90, "90 giây"), (119, "119 giây"), (300, "5 phút"), (10_000, "3 giờ")])
def test_a_length_of_time_has_the_unit_that_people_take(seconds: float, words: str) -> None:
    assert span(seconds) == words
