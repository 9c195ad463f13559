"""Somebody at a browser, without the browser: logged in by the page's own form, with its cookie and its CSRF word."""

import re
from collections.abc import Mapping
from typing import Any, Self

import requests

TIMEOUT_S = 30.0
_CSRF = re.compile(r'name="csrf" (?:value|content)="([^"]+)"')
_CSRF_JSON = re.compile(r'"csrf": ?"([^"]+)"')


class Visitor:
    """Answers are given as they come: no redirect is followed, no status is an error."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    @classmethod
    def stranger(cls, base_url: str) -> Self:
        """Nobody yet, but with the CSRF word of the log-in page."""
        visitor = cls(base_url)
        visitor.read_csrf("/login")
        return visitor

    @classmethod
    def wall(cls, base_url: str, token: str) -> Self:
        """A wall with its device token."""
        visitor = cls.stranger(base_url)
        visitor.get(f"/wall?token={token}").raise_for_status()
        return visitor

    @classmethod
    def log_in(cls, base_url: str, role: str, password: str) -> Self:
        """Whoever has the account whose log-in is the role's name; raises HTTPError when the page says no."""
        visitor = cls.stranger(base_url)
        form = {"csrf": visitor.csrf, "login": role, "role": role, "password": password, "name": role}
        answer = visitor.ask("POST", "/login", data=form)
        answer.raise_for_status()
        if answer.status_code not in (302, 303):
            raise requests.HTTPError(f"{role} stayed outside: {answer.text[:300]}")
        visitor.read_csrf("/api/phone/now" if role == "official" else "/panel")
        return visitor

    def read_csrf(self, path: str) -> None:
        """Take the word that this page's requests must carry."""
        text = self.get(path).text
        found = _CSRF.search(text) or _CSRF_JSON.search(text)
        if found is None:
            raise requests.HTTPError(f"{path}: no CSRF word")
        self.csrf = found[1]

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> requests.Response:
        """One GET."""
        return self.ask("GET", path, params=query)

    def post(
        self, path: str, body: Any = None, query: Mapping[str, Any] | None = None, method: str = "POST"
    ) -> requests.Response:
        """One POST (or what changes things otherwise) of JSON with the CSRF word."""
        return self.ask(method, path, json=body, params=query, headers={"X-CSRF": self.csrf})

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Any request. Cookies marked Secure go along by plain HTTP too: we stand where nginx would."""
        mine = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**options.pop("headers", {}), "Cookie": mine}
        address = self.base_url + path
        answer = self.session.request(
            method, address, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, **options
        )
        self.cookies |= {cookie.name: cookie.value or "" for cookie in answer.cookies}
        self.session.cookies.clear()
        return answer
