"""A browser's part in a Flask test client: it is logged in, or logs in, and carries the page's CSRF token."""

import re
from collections.abc import Collection
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.web.accounts import sit
from web.settings import SETTINGS_KEY


class Visitor:
    """Somebody at a browser; ``role`` empty means not logged in. ``name``: who of this role, made if there is none."""

    def __init__(self, app: Flask, role: str = "", name: str = "", cameras: Collection[str] | None = None) -> None:
        self.client = app.test_client()
        self.csrf = self._token("/login", r'name="csrf" value="([^"]+)"')
        if role:
            token = sit(app.config[SETTINGS_KEY].database, role, name, cameras)
            with self.client.session_transaction() as session:
                session["token"] = token

    def log_in(self, login: str, password: str, **fields: str) -> TestResponse:
        form = {"csrf": self.csrf, "login": login, "password": password, **fields}
        answer = self.client.post("/login", data=form)
        if answer.status_code == 302:
            with self.client.session_transaction() as session:
                session["csrf"] = self.csrf  # a log-in makes a new one, which its next page would bring
        return answer

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, body: Any, csrf: str | None = None) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRF": self.csrf if csrf is None else csrf})

    def send(self, path: str, **fields: str) -> TestResponse:
        """A form of a page."""
        return self.client.post(path, data={"csrf": self.csrf, **fields})

    def _token(self, path: str, pattern: str) -> str:
        found = re.search(pattern, self.client.get(path).get_data(as_text=True))
        assert found, f"no token on {path}"
        return found[1]


def told(answer: TestResponse) -> dict[str, Any]:
    """The JSON object of an answer."""
    value = answer.get_json()
    assert isinstance(value, dict)
    return value
