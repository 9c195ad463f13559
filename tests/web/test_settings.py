import json
from pathlib import Path
from typing import Any

import pytest

from edge.core.errors import MisconfiguredError
from tests.web.stage import settings_in, write
from web.settings import WebSettings


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "web.json"
    write(settings_in(folder), path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return path


def test_what_was_written_is_loaded(tmp_path: Path) -> None:
    assert WebSettings.load(written(tmp_path)) == settings_in(tmp_path)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"port": 70_000}, "port"),
        ({"wall_token": "short"}, "wall_token"),
        ({"live_url": "http://127.0.0.1:1"}, "live_url"),
        ({"live_url": "ws://a b; script-src *"}, "live_url"),
        ({"code_roles": ["wall"]}, "code_roles"),
        ({"media_folder": 7}, "media_folder"),
    ],
)
def test_a_wrong_setting_is_refused_and_named(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(MisconfiguredError, match=named):
        WebSettings.load(written(tmp_path, **changes))


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0o644)
    with pytest.raises(MisconfiguredError, match="0600"):
        WebSettings.load(path)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match=r"web\.json"):
        WebSettings.load(tmp_path / "web.json")
    path = written(tmp_path)
    path.write_text("{")
    with pytest.raises(MisconfiguredError, match=r"web\.json"):
        WebSettings.load(path)


def test_the_cookie_key_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert settings.secret_key() == settings.secret_key()
    assert settings.secret_key_file.stat().st_mode & 0o777 == 0o600


def test_a_start_that_was_killed_while_it_made_the_key_spoils_no_later_one(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    settings.secret_key_file.with_suffix(".new").write_bytes(b"half")
    assert len(settings.secret_key()) >= 32
    settings.secret_key_file.unlink()
    settings.secret_key_file.touch(mode=0o644)  # an earlier version left an empty file when it was killed
    assert len(settings.secret_key()) >= 32
    assert settings.secret_key_file.stat().st_mode & 0o777 == 0o600
