"""Passwords of the demo: easy to type, new at every start."""

import secrets

from werkzeug.security import generate_password_hash

from hil.commune_files import Access

ROLES = ("duty", "operator", "leader", "technician", "official")
_WORDS = (
    *("lua", "song", "trau", "de", "cau", "tre", "dua", "cau-ao", "ben", "mua", "trong", "ga", "chum", "dinh", "nong"),
    *("ruong", "cay", "thuyen", "luoi", "vuon", "gieng", "non", "sao", "dieu", "mo", "lang", "hoi", "cheo", "bien"),
)


def new_access() -> Access:
    """A wall token, and a password of three words and two digits per role."""
    passwords = {role: _password() for role in ROLES}
    hashes = {role: generate_password_hash(password) for role, password in passwords.items()}
    return Access(secrets.token_urlsafe(18), passwords, hashes)


def _password() -> str:
    return "-".join([*(secrets.choice(_WORDS) for _ in range(3)), f"{secrets.randbelow(90) + 10}"])
