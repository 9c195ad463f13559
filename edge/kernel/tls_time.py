"""TLS on a machine that may not know the time: a box comes back from a power cut in 1970, and must reach its province.

Certificates carry a first and a last instant. While a time source has set the clock OpenSSL judges both, as ever. While
none has (an RTC may think that it is 2031), they are judged at the latest instant that is certain: what the store last
knew, the day on which our own certificate was made, and the day on which the authority made the one that is shown,
since none is made before its day. So one that is "not valid yet" passes, and one that had ended by then does not. Name,
chain and purpose are checked in every case.
"""

import ssl
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from edge.core.moment import AtMs, ClockState
from edge.kernel.clock import Clock
from edge.kernel.identity import read_certificate, times_of

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME, openssl/x509_vfy.h: the one thing that OpenSSL then leaves to us."""
RELEASED_MS = AtMs(1_764_000_000_000)
"""November 2025: this program did not exist before."""


class KnownTime:
    """What is certain of the time: it is not earlier than ``learn`` was told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passed_ms = RELEASED_MS

    def learn(self, at_ms: AtMs) -> None:
        """This instant has passed."""
        self._passed_ms = max(self._passed_ms, at_ms)

    @property
    def sure(self) -> bool:
        """Whether a time source has set the clock."""
        return self._clock.now().clock is ClockState.SYNCED

    @property
    def now_ms(self) -> AtMs:
        """What the clock says."""
        return self._clock.now().at_ms

    @property
    def passed_ms(self) -> AtMs:
        """The latest instant that is certain while the clock is not."""
        return self._passed_ms


class JudgingContext(ssl.SSLContext):
    """A client's context whose handshake looks at dates by what is known of the time."""

    judge: Callable[[Mapping[str, Any]], None]


class _Handshake(ssl.SSLObject):
    """Looks at the dates before a byte of ours is sent."""

    def do_handshake(self) -> None:
        """See ssl.SSLObject; raises SSLCertVerificationError for a certificate that does not hold."""
        super().do_handshake()
        context = self.context
        assert isinstance(context, JudgingContext)
        context.judge(self.getpeercert() or {})


def client_context(ca: Path, known: KnownTime, pair: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer to a peer of this authority, mutual with a ``pair`` (certificate, key), for the clock as it is.

    Raises OSError (SSLError is one) when a file cannot be used, FinalError for a pair that holds no certificate.
    """
    context = JudgingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(ca)
    if pair is not None:
        context.load_cert_chain(*pair)
        known.learn(AtMs(times_of(read_certificate(pair[0].read_bytes()))[0]))
    context.sslobject_class = _Handshake
    trusted = context.get_ca_certs()
    if known.sure:
        context.judge = partial(_check_now, known)
    else:
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
        context.judge = lambda shown: check_dates(shown, trusted, known.passed_ms)
    return context


def _check_now(known: KnownTime, shown: Mapping[str, Any]) -> None:
    """OpenSSL has judged the chain by the system's clock; the clock that we were given must agree."""
    begins, ends = (ssl.cert_time_to_seconds(str(shown[name])) * 1000 for name in ("notBefore", "notAfter"))
    if not begins <= known.now_ms <= ends:
        raise ssl.SSLCertVerificationError("certificate is not valid now")


def check_dates(shown: Mapping[str, Any], trusted: Sequence[Mapping[str, Any]], passed_ms: AtMs) -> None:
    """Raises SSLCertVerificationError when the certificate, or the authority that signed it itself, had ended.

    A chain over authorities in between is refused: their dates could not be seen.
    """
    signers = [one for one in trusted if one["subject"] == shown.get("issuer")]
    if not any(_holds((shown, signer), passed_ms) for signer in signers):
        raise ssl.SSLCertVerificationError("certificate has expired, or its authority is not one of ours")


def _holds(chain: Sequence[Mapping[str, Any]], passed_ms: AtMs) -> bool:
    """``ssl.cert_time_to_seconds`` reads the dates of ``getpeercert``."""
    begins = [ssl.cert_time_to_seconds(one["notBefore"]) for one in chain]
    ends = [ssl.cert_time_to_seconds(one["notAfter"]) for one in chain]
    return max(passed_ms / 1000, *begins) < min(ends)
