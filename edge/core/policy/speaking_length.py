"""How long a text will sound, before anybody has rendered it."""

FRAME_S = 1.7
"""The chime and the silences around a message. These four are espeak-ng's vi at its usual speed, with our chime."""
SYLLABLE_S = 0.24
STOP_S = 0.3
COMMA_S = 0.15


def speaking_s(spoken: str, speed: float = 1.0) -> float:
    """Seconds of these spoken words with their chime, within about a fifth; the exact length comes with the clip."""
    words = spoken.split()
    if not words:
        return 0.0
    stops = sum(spoken.count(mark) for mark in ".!?;\n")
    commas = sum(spoken.count(mark) for mark in ",:")
    return FRAME_S + (len(words) * SYLLABLE_S + stops * STOP_S + commas * COMMA_S) / speed
