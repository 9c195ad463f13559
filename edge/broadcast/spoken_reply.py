"""How a page is told what a text will sound like."""

from typing import Any

from edge.core.normalise_vi import SpokenText


def spoken_reply(spoken: SpokenText) -> dict[str, Any]:
    """The fields that a page shows: words, what was expanded where, what is unread and what it might mean."""
    return {
        "source": spoken.source,
        "spoken": spoken.spoken,
        "complete": spoken.complete,
        "spans": [
            {"start": span.start, "end": span.end, "source": span.source, "spoken": span.spoken, "kind": str(span.kind)}
            for span in spoken.spans
        ],
        "unread": [
            {"start": bad.start, "end": bad.end, "token": bad.token, "suggestions": list(bad.suggestions)}
            for bad in spoken.unread
        ],
    }
