"""Which language the visitor reads, and sentences said in it. The catalogue is in web/texts, its pages' part too."""

import json
from functools import cache
from pathlib import Path
from typing import Literal

from flask import request

Language = Literal["vi", "en"]
USUAL: Language = "vi"
COOKIE = "mo_lang_tieng"


def language() -> Language:
    """What whoever asks now wants to read."""
    return "en" if request.cookies.get(COOKIE) == "en" else USUAL


def say(text: str, **values: object) -> str:
    """The sentence in the visitor's language, its ``%(name)s`` filled."""
    found = text if language() == USUAL else catalogue("en").get(text, text)
    return found % values if values else found


def later(text: str) -> str:
    """Marks a sentence of a table for the catalogue; whoever shows it says it then."""
    return text


@cache
def catalogue(wanted: Literal["en"]) -> dict[str, str]:
    """Vietnamese sentence -> sentence; read once."""
    words: dict[str, str] = json.loads((Path(__file__).parent / "texts" / f"{wanted}.json").read_text())
    return words
