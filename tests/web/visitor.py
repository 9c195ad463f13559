"""A browser's part in a Flask test client: it logs in and carries the page's CSRF token."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.web.stage import PASSWORD


class Visitor:
    """Somebody at a browser; ``role`` empty means not logged in."""

    def __init__(self, app: Flask, role: str = "", name: str = "") -> None:
        self.client = app.test_client()
        self.csrf = self._token("/login", r'name="csrf" value="([^"]+)"')
        if role:
            assert self.log_in(role, PASSWORD, name).status_code == 302
            self.csrf = self._token("/panel", r'name="csrf" content="([^"]+)"')

    def log_in(self, role: str, password: str, name: str = "", **fields: str) -> TestResponse:
        form = {"csrf": self.csrf, "role": role, "password": password, "name": name, **fields}
        return self.client.post("/login", data=form)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, body: Any, csrf: str | None = None) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRF": self.csrf if csrf is None else csrf})

    def _token(self, path: str, pattern: str) -> str:
        found = re.search(pattern, self.client.get(path).get_data(as_text=True))
        assert found, f"no token on {path}"
        return found[1]


def told(answer: TestResponse) -> dict[str, Any]:
    """The JSON object of an answer."""
    value = answer.get_json()
    assert isinstance(value, dict)
    return value
