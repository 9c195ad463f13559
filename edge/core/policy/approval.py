"""What an approval binds: everything that the approver had before him (law 10)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.core.policy.rights import is_same_name
from edge.core.speech import Sha256


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as a leader sees and hears it; ``clips`` are the hashes of its files in their order.

    ``blanks`` is what a template lets people fill in, as text; a notice has none.
    """

    text: str
    priority: str
    hamlets: Sequence[str]
    clips: Sequence[str]
    blanks: str = ""


def seal_of(shown: Shown) -> Sha256:
    """One name for all of it: whatever changes by a letter, a place or a clip has another seal."""
    parts = [shown.text, shown.priority, list(shown.hamlets), list(shown.clips), shown.blanks]
    return Sha256(hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest())


def wrote(writers: Iterable[str], user: str) -> bool:
    """Whether this person wrote any of it: nobody approves his own words, not even in another's notice."""
    return any(is_same_name(writer, user) for writer in writers)
