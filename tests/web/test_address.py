"""The address that nginx names, through the real server."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.web.stage import only_a_door, settings_in, until_it_answers, web_process, write
from tests.workers.live.browser import free_port
from web.settings import WebSettings


async def try_to_enter(url: str, named: str) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        async with client.get(f"{url}/login") as answer:
            cookie = answer.headers["Set-Cookie"].split(";")[0]  # Secure: a jar would not send it over plain HTTP
            found = re.search(r'name="csrf" value="([^"]+)"', await answer.text())
        assert found
        form = {"csrf": found[1], "login": "leader", "password": "sai-mat-khau"}
        headers = {"Cookie": cookie, "X-Forwarded-For": named}
        async with client.post(f"{url}/login", data=form, headers=headers) as answer:
            assert answer.status == 401


def refusals(settings: WebSettings) -> list[str]:
    with closing(sqlite3.connect(settings.database)) as connection:
        return [row[0] for row in connection.execute("SELECT detail FROM audit WHERE action = 'account.refused'")]


@pytest.mark.parametrize(("https", "seen"), [(True, "10.0.0.7"), (False, "127.0.0.1")])
async def test_a_wrong_try_is_told_with_the_address_that_our_nginx_saw(
    tmp_path: Path, *, https: bool, seen: str
) -> None:
    settings = settings_in(tmp_path, port=free_port(), https=https)
    write(settings, tmp_path / "web.json")
    url = f"http://127.0.0.1:{settings.port}"
    async with only_a_door(settings), web_process(tmp_path / "web.json"):
        await until_it_answers(url)
        await try_to_enter(url, "10.0.0.7")
    assert refusals(settings) == [f"leader: sai mật khẩu, từ {seen}"]
