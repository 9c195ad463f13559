"""When a command of the province holds, and by which clock that is judged; who may decide what it proposes. Pure."""

from enum import StrEnum

from edge.core.moment import AtMs, ClockState, Moment
from edge.core.policy.rights import Role

LONGEST_LIFE_MS = 40 * 86_400_000
"""Nobody at the province still means today what he signed before that."""
FURTHEST_AHEAD_MS = 7 * 86_400_000
LONGEST_FILM_MS = 600_000


class Due(StrEnum):
    """Whether a command holds."""

    NOW = "now"
    EARLY = "early"
    LATE = "late"
    NEVER = "never"


def trusted_ms(own: Moment, hub_ms: int) -> AtMs:
    """The time by which commands are judged: our own once a time source has set it, else the hub's.

    The hub's word comes over TLS with its certificate; 0 means that it said nothing. An own clock that no source has
    set may be years off: there is no battery in some boxes.
    """
    return own.at_ms if own.clock is ClockState.SYNCED or hub_ms <= 0 else AtMs(hub_ms)


def due(nbf_ms: int, exp_ms: int, now_ms: int) -> Due:
    """Whether something that holds from ``nbf_ms`` until before ``exp_ms`` holds now; NEVER: its times cannot be."""
    if not 0 < exp_ms - nbf_ms <= LONGEST_LIFE_MS:
        return Due.NEVER
    if exp_ms <= now_ms:
        return Due.LATE
    if nbf_ms <= now_ms:
        return Due.NOW
    return Due.EARLY if nbf_ms <= now_ms + FURTHEST_AHEAD_MS else Due.NEVER


def renewal_due(not_before_ms: int, not_after_ms: int, now_ms: int) -> bool:
    """Whether two thirds of a certificate's life are over."""
    return now_ms >= not_before_ms + (not_after_ms - not_before_ms) * 2 // 3


DECIDES: dict[str, frozenset[Role]] = {
    "config": frozenset({Role.TECHNICIAN}),
    "update": frozenset({Role.TECHNICIAN}),
    "roster": frozenset({Role.TECHNICIAN, Role.LEADER}),
    "levels": frozenset({Role.TECHNICIAN, Role.LEADER}),
    "template": frozenset({Role.LEADER, Role.TECHNICIAN}),
}
"""Who of the commune accepts or refuses a proposal of this kind. A template is heard and approved by a leader anyway,
as every template of the file, before it can sound."""
IN_THE_FILE = frozenset({"config", "roster", "template"})
"""Accepted by writing into the settings file; they hold from the next start."""
