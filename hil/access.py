"""Accounts of the demo, one a role: passwords that are easy to type, new at every start."""

import secrets
from pathlib import Path

from edge.control.protocol import PeopleRole
from edge.core.account import check_password
from edge.core.errors import FinalError
from hil.commune_files import Access
from hil.insiders import make_account

NAMES: dict[PeopleRole, str] = {
    "duty": "Anh Bình",
    "operator": "Chị Lan",
    "leader": "Anh An",
    "technician": "Anh Kỳ",
    "official": "Chị Hoa",
    "viewer": "Bác Tư",
    "admin": "Chị Thuỷ",
}
"""Who has the account whose login is the role's name."""
_WORDS = (
    *("lua", "song", "trau", "de", "cau", "tre", "dua", "cau-ao", "ben", "mua", "trong", "ga", "chum", "dinh", "nong"),
    *("ruong", "cay", "thuyen", "luoi", "vuon", "gieng", "non", "sao", "dieu", "mo", "lang", "hoi", "cheo", "bien"),
)


def new_access() -> Access:
    """A wall token, and a password of three words and two digits per role."""
    return Access(secrets.token_urlsafe(18), {role: _password(role, name) for role, name in NAMES.items()})


def make_accounts(control: Path, access: Access) -> None:
    """The demo's people, on a box that runs; raises MolangError while it is away."""
    for role, name in NAMES.items():
        make_account(control, role, name, role, access.passwords[role])


def _password(login: str, name: str) -> str:
    while True:
        words = [*secrets.SystemRandom().sample(_WORDS, 3), f"{secrets.randbelow(90) + 10}"]
        try:
            check_password("-".join(words), login, name)
        except FinalError:
            continue
        return "-".join(words)
