"""TLS on a machine that may not know the time: a box comes back from a power cut in 1970, and must reach its province.

Certificates carry a first and a last instant. While the clock can be trusted OpenSSL judges both, as ever. While it
cannot, they are judged at the latest instant that is certain: what the clock says, what the store last knew, and the
day on which our own authority made the certificate that is shown, since none is made before its day. So one that is
"not valid yet" passes, and one that had ended by then does not. Name, chain and purpose are checked in every case.
"""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any

from edge.core.moment import AtMs, ClockState, Moment
from edge.kernel.clock import Clock

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME, openssl/x509_vfy.h: the one thing that OpenSSL then leaves to us."""


class KnownTime:
    """What is certain of the time: it is not earlier than ``learn`` was told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known_ms = AtMs(0)

    def learn(self, at_ms: AtMs) -> None:
        """A clock that was synchronised told this time once."""
        self._known_ms = max(self._known_ms, at_ms)

    @property
    def doubtful(self) -> bool:
        """Whether the clock is certainly wrong: it says so, or it is behind what was known already."""
        now = self._clock.now()
        return now.clock is ClockState.FLOOR or (now.clock is ClockState.RTC and now.at_ms < self._known_ms)

    def at_least(self) -> AtMs:
        """The latest instant that is certain."""
        now: Moment = self._clock.now()
        return max(now.at_ms, self._known_ms)


class DoubtfulContext(ssl.SSLContext):
    """A client's context for while the clock is doubtful. ``trusted`` are the dates of our authorities."""

    known: KnownTime
    trusted: Sequence[Mapping[str, Any]]


class _Handshake(ssl.SSLObject):
    """Looks at the dates before a byte of ours is sent."""

    def do_handshake(self) -> None:
        """See ssl.SSLObject; raises SSLCertVerificationError for a certificate that had ended."""
        super().do_handshake()
        context = self.context
        assert isinstance(context, DoubtfulContext)
        check_dates(self.getpeercert() or {}, context.trusted, context.known.at_least())


def doubtful_context(ca: str, cert: str, key: str, known: KnownTime) -> ssl.SSLContext:
    """Mutual TLS 1.2 or newer for a client; raises OSError when a file cannot be used."""
    context = DoubtfulContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    context.load_cert_chain(cert, key)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    context.sslobject_class = _Handshake
    context.known, context.trusted = known, context.get_ca_certs()
    return context


def check_dates(shown: Mapping[str, Any], trusted: Sequence[Mapping[str, Any]], at_least_ms: AtMs) -> None:
    """Raises SSLCertVerificationError when the certificate, or the authority that signed it itself, had ended.

    A chain over authorities in between is refused: their dates could not be seen.
    """
    signers = [one for one in trusted if one["subject"] == shown.get("issuer")]
    if not any(_holds((shown, signer), at_least_ms) for signer in signers):
        raise ssl.SSLCertVerificationError("certificate has expired, or its authority is not one of ours")


def _holds(chain: Sequence[Mapping[str, Any]], at_least_ms: AtMs) -> bool:
    """``ssl.cert_time_to_seconds`` reads the dates of ``getpeercert``."""
    begins = [ssl.cert_time_to_seconds(one["notBefore"]) for one in chain]
    ends = [ssl.cert_time_to_seconds(one["notAfter"]) for one in chain]
    return max(at_least_ms / 1000, *begins) <= min(ends)
