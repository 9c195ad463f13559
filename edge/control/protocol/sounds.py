"""Sound that people bring: prompts of the voice bank, recordings for bulletins.

The file itself never comes this way: the page writes it into the spool folder under an id of its own, and says so.
"""

from typing import Annotated

from msgspec import Meta

from edge.control.protocol.base import Comment, Hamlets, KnownId, PriorityName, Request, Uuid

PromptKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
LanguageCode = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]


class GetBank(Request, frozen=True):
    """What is to be recorded for the voice bank.

    Reply: ``{"prompts": [{key, words, group, recorded: {sha256, ms, peak_db, rms_db, by_user, made_at_ms} or null}]}``.
    """


class KeepPrompt(Request, frozen=True):
    """The brought file ``upload`` is this prompt, spoken. Reply: ``{"recorded": …}``; refused when it is no good."""

    key: PromptKey
    upload: Uuid


class TryBank(Request, frozen=True):
    """Say a sentence by the bank's voice. Reply: ``{"clip", "ms", "voice", "why_not"}``."""

    text: Annotated[str, Meta(min_length=1, max_length=300)]


class UploadRecording(Request, frozen=True):
    """The brought file ``upload`` becomes the bulletin ``bulletin``, or with ``appends`` its next part. Done later.

    ``text`` tells what is said in it. A bulletin that grows has to be approved again.
    """

    upload: Uuid
    bulletin: KnownId
    text: Comment
    language: LanguageCode
    priority: PriorityName
    hamlets: Hamlets
    appends: bool = False


SoundsRequest = GetBank | KeepPrompt | TryBank | UploadRecording
