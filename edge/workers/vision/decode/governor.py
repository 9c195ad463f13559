"""How much of one camera is decoded, and what may be promised for it: arithmetic on times, no pictures.

| mode | decoded | when |
|---|---|---|
| packets | a key frame now and then: still, health of the scene | no detector works and nothing is recorded |
| keys | key frames, and motion on each | nothing happens, or no detector works |
| full | everything, looks at `detect_fps` | something moves or is tracked; or key frames cannot keep the promise |

The promise of key mode: a visit that lasts longer than the longest key interval holds a key frame; that one shows
motion, and the ring gives back the pictures before it. Without a detector nothing is promised.
"""

from collections import deque

from edge.core.vision import DecodeMode

LONGEST_GOP_S = 4.0
"""Key frames further apart would let a visit of seconds pass between two of them: everything is decoded."""
LATE_S = 0.1
"""An interval may be longer by that much than any before: cameras stretch a picture or two in the dark."""
INTERVALS = 64
"""The longest of so many intervals counts: two minutes at 2 s, and more than the pattern of any smart codec."""
CALM_S = 3.0
"""Without motion and without tracks for so long, key frames are enough again."""
FIRST_LOOK_S = 2.0
"""After connecting every picture is looked at for so long: who already stands there does not move."""
LOOKS_NEEDED = 5
"""Pictures within which a visit gives the three hits that a rule wants, one missed and one begun too late."""


class Governor:
    """One camera's decode mode. The camera's thread owns it; ``demand`` may come from any thread."""

    def __init__(self, *, always: bool, records: bool, detect_fps: float, seen_s: float) -> None:
        self._always = always
        self._records = records
        self._full_seen_s = LOOKS_NEEDED / detect_fps
        self._asked_s = seen_s
        self._demanded_s = 0.0
        self._intervals: deque[float] = deque(maxlen=INTERVALS)
        self._last_key = self._gop_s = 0.0
        self._awake_until = 0.0
        self._late_after = 0.0
        self._keys_do = False

    def opened(self, steady: float) -> None:
        """A new connection: nothing is known of its key frames."""
        self._intervals.clear()
        self._last_key = self._gop_s = 0.0
        self._keys_do = False
        self.wake(steady, FIRST_LOOK_S)

    def key(self, steady: float) -> None:
        """A key frame that could be decoded; one that was broken does not count."""
        if 0.0 < self._last_key < steady:
            self._intervals.append(steady - self._last_key)
        self._last_key, self._gop_s = steady, max(self._intervals, default=0.0)
        self._judge()

    def wake(self, steady: float, for_s: float = CALM_S) -> None:
        """Something moves or is tracked: decode everything for a while from now."""
        self._awake_until = max(self._awake_until, steady + for_s)

    def demand(self, seen_s: float) -> None:
        """The rules that are active now want whoever stays so long to be seen; 0 withdraws that."""
        self._demanded_s = seen_s
        self._judge()

    @property
    def gop_s(self) -> float:
        """The longest recent key interval; 0 while unknown."""
        return self._gop_s

    def mode(self, steady: float, *, detects: bool) -> DecodeMode:
        """What to decode now; ``detects`` is whether a detector looks at pictures."""
        if not detects:
            return DecodeMode.KEYS if self._records else DecodeMode.PACKETS
        full = not self._keys_do or steady < self._awake_until or steady > self._late_after
        return DecodeMode.FULL if full else DecodeMode.KEYS

    def guaranteed_seen_s(self, *, detects: bool) -> float:
        """Whoever is visible for longer is seen; 0 while that is not known or nobody looks."""
        if not detects or not self._gop_s:
            return 0.0
        return self._keys_seen_s() if self._keys_do else self._full_seen_s

    def _keys_seen_s(self) -> float:
        return max(self._gop_s + LATE_S, self._full_seen_s)

    def _judge(self) -> None:
        """Whether key frames keep the promise that is asked, and from when on the next one is late."""
        wishes = [wish for wish in (self._asked_s, self._demanded_s) if wish > 0]
        promised = self._keys_seen_s() <= min([*wishes, LONGEST_GOP_S + 2 * LATE_S])
        self._late_after = self._last_key + self._gop_s + LATE_S
        self._keys_do = self._gop_s > 0 and promised and not self._always
