"""What a person may ask about his or her own data (L6), and which steps a request takes.

Source: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Article 4 (rights) and Nghị định 356/2025 (an answer within two
working days, then the deed or a refusal with its reason).
"""

from enum import StrEnum

from edge.core.errors import FinalError

ANSWER_DAYS = 2
"""Working days until the person must have an answer."""
KEEP_CONTACT_MS = 90 * 86_400_000
"""After it is closed, so long the name and the way to reach the person stay: to answer a complaint; then they go."""


class Ask(StrEnum):
    """What is asked for."""

    SEE = "see"
    COPY = "copy"
    CORRECT = "correct"
    DELETE = "delete"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"


class Step(StrEnum):
    """What happened to a request."""

    CAME = "came"
    NOTE = "note"
    ANSWERED = "answered"
    DONE = "done"
    REFUSED = "refused"


class State(StrEnum):
    """Where it stands. Answered: the person has been told what will be done, and it is not done yet."""

    OPEN = "open"
    ANSWERED = "answered"
    DONE = "done"
    REFUSED = "refused"


CLOSED = frozenset({State.DONE, State.REFUSED})


def after(state: State, step: Step) -> State:
    """The state after a step; raises FinalError when it cannot be taken."""
    if state in CLOSED and step is not Step.NOTE:
        raise FinalError("Yêu cầu này đã khép lại. Người ấy hỏi lại thì ghi thành yêu cầu mới.")
    if step is Step.NOTE:
        return state
    return State(step.value) if step is not Step.CAME else state
