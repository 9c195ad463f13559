"""What people of the commune do about remote support, from a machine on the cable.

    python -m hil.prove.field.opener https://NAME open CODES.json      an admin: a wrong code first, then a right one
    python -m hil.prove.field.opener https://NAME close                whoever stands at the wall

CODES.json: {"login", "password", "codes": [two of them]}. Prints one JSON object.
"""

import json
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

from hil.panel import BEHIND_THE_DOOR, CSRF, PanelError, PanelPerson
from hil.prove.field import commune

MINUTES, REASON = 15, "Anh Hùng ở Sở xem giúp loa thôn Đông"
UP_S, LOOK_S = 40.0, 0.2


def open_it(base: str, login: str, password: str, codes: list[str]) -> dict[str, object]:
    """Refused with a wrong code, opened with a right one; seconds until the tunnel is up, as the pages show it."""
    admin = PanelPerson(base, login, password, codes.pop)
    refused = ""
    try:
        admin.post("/api/support/open", minutes=MINUTES, reason=REASON, code="sai-mã")
    except PanelError as error:
        refused = json.loads("{" + str(error).partition("{")[2])["loi"]
    began = time.monotonic()
    told = admin.post("/api/support/open", minutes=MINUTES, reason=REASON, code=codes.pop())
    opened_s = time.monotonic() - began
    while (told["open"] or {}).get("state") != "up" and time.monotonic() - began < UP_S:
        time.sleep(LOOK_S)
        told = {"open": admin.state()["support"]}
    return {"refused": refused, "opened_s": opened_s, "up_s": time.monotonic() - began, "open": told["open"]}


def close_it(base: str) -> dict[str, object]:
    """The wall shows it, and the press of its button ends it."""
    browser = build_opener(HTTPCookieProcessor(CookieJar(BEHIND_THE_DOOR)))
    page = browser.open(f"{base}/wall?token={commune.WALL_TOKEN}", timeout=20).read().decode()
    found = CSRF.search(page)
    assert found is not None, "the wall has no CSRF word"
    headers = {"Content-Type": "application/json", "X-CSRF": found[1]}
    pressed = time.monotonic()
    with browser.open(Request(f"{base}/api/support/close", b"{}", headers), timeout=20) as answer:
        told = json.loads(answer.read())
    return {"pressed": pressed, "took_s": time.monotonic() - pressed, "open": told["open"]}


if __name__ == "__main__":
    found = close_it(sys.argv[1]) if sys.argv[2] == "close" else open_it(
        sys.argv[1], **json.loads(Path(sys.argv[3]).read_text("utf-8"))
    )  # fmt: skip
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201 - for the bench
