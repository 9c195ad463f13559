"""A person at the panel, over HTTP as a browser would: logs in, writes, approves, airs, stops."""

import json
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

CSRF = re.compile(r'name="csrf" (?:value|content)="([^"]+)"')
DEADLINE_S = 10.0
BEHIND_THE_DOOR = DefaultCookiePolicy(secure_protocols=("https", "http"))
"""A bench asks the pages directly, where nginx would: cookies that are marked Secure go along."""
LOOK_EVERY_S = 0.1


class PanelError(Exception):
    """The panel refused; the text is its sentence."""


class PanelPerson:
    """One logged-in person; ``code`` gives the second factor when it is asked for. Raises PanelError at every no."""

    def __init__(self, base_url: str, login: str, password: str, code: Callable[[], str] | None = None) -> None:
        self._base = base_url
        self._jar = CookieJar(BEHIND_THE_DOOR)
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._fill("/login", "/login", login=login, password=password)
        if code is not None:
            self._fill("/login/step", "/login/code", code=code())
        self._token = self._csrf("/panel")

    def cookies(self) -> list[dict[str, str]]:
        """What a browser needs to go on as this person."""
        return [{"name": one.name, "value": one.value or ""} for one in self._jar]

    def state(self) -> dict[str, Any]:
        """Every section of the wall's state."""
        answer: dict[str, Any] = json.loads(self._send("/api/state", None, {}))
        return answer

    def write(self, text: str, hamlets: tuple[str, ...], priority: str = "thuong") -> str:
        """Draft a notice and wait until it can be heard; its id."""
        name = str(uuid.uuid4())
        self.post("/api/bulletins", id=name, text=text, priority=priority, hamlets=list(hamlets))
        self.wait_for(name, "ready")
        return name

    def approve(self, bulletin: str) -> int:
        """Hear every clip and approve it; returns the bytes heard."""
        row = self.bulletin(bulletin)
        heard = sum(len(self._send(f"/clips/{clip}.opus", None, {})) for clip in row["clips"])
        self.post(f"/api/bulletins/{bulletin}/approve", seal=row["seal"])
        return heard

    def air(self, bulletin: str) -> float:
        """Press the button; the monotonic time of the press."""
        pressed = time.monotonic()
        self.post(f"/api/bulletins/{bulletin}/air", press=str(uuid.uuid4()))
        return pressed

    def stop(self) -> float:
        """Press STOP for all hamlets; the monotonic time of the press."""
        pressed = time.monotonic()
        self.post("/api/stop", hamlets=["all"])
        return pressed

    def bulletin(self, bulletin: str) -> dict[str, Any]:
        """The notice as the panel shows it."""
        rows: list[dict[str, Any]] = self.state()["bulletins"]
        return next(row for row in rows if row["id"] == bulletin)

    def wait_for(self, bulletin: str, state: str, deadline_s: float = 30.0) -> dict[str, Any]:
        """The notice once it is in this state; raises PanelError when it does not get there."""
        until = time.monotonic() + deadline_s
        while (row := self.bulletin(bulletin))["state"] != state:
            if time.monotonic() > until:
                raise PanelError(f"{bulletin}: {row['state']} ({row['comment']}), not {state}")
            time.sleep(LOOK_EVERY_S)
        return row

    def post(self, path: str, **body: object) -> dict[str, Any]:
        """One request with the page's own token."""
        headers = {"Content-Type": "application/json", "X-CSRF": self._token}
        answer: dict[str, Any] = json.loads(self._send(path, json.dumps(body).encode(), headers))
        return answer

    def _fill(self, page: str, to: str, **form: str) -> None:
        """A form of the way in."""
        words = urlencode({**form, "csrf": self._csrf(page), "next": "/panel"})
        self._send(to, words.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def _csrf(self, path: str) -> str:
        found = CSRF.search(self._send(path, None, {}).decode())
        if found is None:
            raise PanelError(f"{path}: no CSRF token")
        return found[1]

    def _send(self, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        request = urllib.request.Request(self._base + path, body, headers)
        try:
            with self._browser.open(request, timeout=DEADLINE_S) as answer:
                data: bytes = answer.read()
        except urllib.error.HTTPError as cause:
            raise PanelError(f"{path}: {cause.code} {cause.read(300).decode(errors='replace')}") from cause
        return data
