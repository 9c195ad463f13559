"""Answers to a camera's demand for a login: basic, and digest with MD5 or SHA-256."""

import base64
import hashlib
import re
import secrets

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_PART = re.compile(r'\b(\w{1,40})=(?:"([^"]*)"|([^\s,]+))')
MOST_DEMAND = 2048
"""Letters of a demand; no camera needs a tenth of it."""


class Login:
    """One user at one camera. ``answer`` gives the Authorization line, empty when there is nothing to answer with."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._challenge: dict[str, str] = {}
        self._count = 0

    def challenged(self, demands: list[str]) -> bool:
        """The camera's WWW-Authenticate lines; whether one of them can be answered. The strongest is taken."""
        demands = [line for line in demands if len(line) <= MOST_DEMAND]
        digests = [_parts(line) for line in demands if line.lower().startswith("digest ")]
        known = [one for one in digests if one.get("algorithm", "MD5").upper() in _HASHES]
        known.sort(key=lambda one: one.get("algorithm", "MD5").upper() == "SHA-256")
        self._challenge = known[-1] if known else {}
        self._count = 0
        if not known and any(line.lower().startswith("basic") for line in demands):
            self._challenge = {"basic": "yes"}
        return bool(self._challenge) and bool(self._user)

    def answer(self, method: str, uri: str) -> str:
        """The header for one request."""
        if not self._challenge:
            return ""
        if "basic" in self._challenge:
            pair = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
            return f"Authorization: Basic {pair}\r\n"
        return self._digest(method, uri)

    def _digest(self, method: str, uri: str) -> str:
        asked = self._challenge
        name = asked.get("algorithm", "MD5").upper()
        realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
        secret = _hash(name, f"{self._user}:{realm}:{self._password}")
        deed = _hash(name, f"{method}:{uri}")
        fields = f'username="{self._user}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
        if "auth" in asked.get("qop", "").replace(" ", "").split(","):
            self._count += 1
            ours, count = secrets.token_hex(8), f"{self._count:08x}"
            proof = _hash(name, f"{secret}:{nonce}:{count}:{ours}:auth:{deed}")
            fields += f', qop=auth, nc={count}, cnonce="{ours}"'
        else:
            proof = _hash(name, f"{secret}:{nonce}:{deed}")
        fields += f', response="{proof}"'
        fields += f", algorithm={asked['algorithm']}" if "algorithm" in asked else ""
        fields += f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return f"Authorization: Digest {fields}\r\n"


def _parts(line: str) -> dict[str, str]:
    return {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(line.partition(" ")[2])}


def _hash(name: str, text: str) -> str:
    return _HASHES[name](text.encode()).hexdigest()
