"""Codes of the second kind: six digits of an app (TOTP, RFC 6238), or one of eight codes on paper."""

import hmac
from dataclasses import dataclass

import pyotp

from edge.accounts.vault import Vault, new_words
from edge.store.accounts import AccountRow

STEP_S = 30
DRIFT = (0, -1, 1)
"""Steps beside ours that count too: a phone may be half a minute off."""
PAPER_CODES = 8


@dataclass(frozen=True, slots=True)
class Match:
    """Which code it was: the time step of an app's, or the hash of one on paper."""

    step: int | None = None
    paper: str = ""


def new_secret() -> str:
    """160 bits, base32, as apps read them."""
    return pyotp.random_base32()


def address(secret: str, login: str, commune: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"Mõ Làng {commune}")


def step_of(secret: str, code: str, at_ms: int, used: int) -> int | None:
    """The time step whose code this is, if it is newer than the last one that was ``used``."""
    now = at_ms // 1000 // STEP_S
    digits = "".join(code.split())
    if not digits.isascii():  # compare_digest takes no other text
        return None
    app = pyotp.TOTP(secret)
    fitting = [now + by for by in DRIFT if hmac.compare_digest(app.generate_otp(now + by), digits)]
    return next((step for step in fitting if step > used), None)


def match_of(vault: Vault, account: AccountRow, code: str, at_ms: int) -> Match | None:
    """Which code of this account that is; None when it is none, or one that was used."""
    if account.code_secret is None:
        return None
    step = step_of(vault.unseal(account.code_secret, account.id), code, at_ms, account.code_step)
    if step is not None:
        return Match(step=step)
    paper = vault.paper_hash(code)
    return Match(paper=paper) if paper in account.recovery else None


def new_paper(vault: Vault) -> tuple[list[str], tuple[str, ...]]:
    """Codes to print, and what is stored of them."""
    codes = [new_words(2) for _ in range(PAPER_CODES)]
    return codes, tuple(vault.paper_hash(code) for code in codes)
