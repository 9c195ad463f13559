"""Remote support: for how long it may be opened, and the line that the audit log gets of what was typed there."""

LEAST_MIN, MOST_MIN = 15, 480
CHOICES_MIN = (15, 30, 60, 120, 240, 480)
"""What the page offers."""
MOST_NOTES = 2000
"""Lines that may be typed in one opening: at one more it is shut, for nothing goes on that is not written down."""


def end_words(now_s: float, ends_s: float) -> str:
    """Why it ended when nobody closed it."""
    return "hết giờ" if now_s >= ends_s - 2 else "đường hầm tự dừng"


def readable(typed: bytes) -> str:
    """A line as it was typed, without what a terminal does not show."""
    text = typed.decode("utf-8", "replace")
    return "".join(one for one in text if one.isprintable()).strip()
