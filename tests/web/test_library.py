"""The libraries of the scripts come from the folder of set-up, for everybody, and nothing else does."""

import pytest
from flask import Flask

from web.settings import SETTINGS_KEY


@pytest.fixture
def fetched(app: Flask) -> None:
    folder = app.config[SETTINGS_KEY].library_folder
    if not (folder / "uplot-1.6.31.js").exists():
        pytest.skip("the assets were not fetched: ./run setup")


@pytest.mark.usefixtures("fetched")
def test_a_library_is_for_everybody_and_kept_for_a_year(app: Flask) -> None:
    answer = app.test_client().get("/lib/uplot-1.6.31.js")
    assert answer.status_code == 200
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["yolov8n.pt", "uplot-0.0.1.js", "leaflet-1.9.3.js.map", "..%2fuplot-1.6.31.js"])
def test_nothing_else_of_that_folder_is_served(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/lib/{name}").status_code in {302, 401, 404}
