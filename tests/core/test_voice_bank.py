from pathlib import Path

import pytest

from edge.config import load
from edge.config.prompts import bank_prompts
from edge.core.errors import FinalError
from edge.core.languages import LANGUAGES, language_name, must_have_voice
from edge.core.normalise_vi import Accent, normalise, number_to_words
from edge.core.speech import Style, check_style
from edge.core.voice_bank import FIGURES, PLACES, TEMPLATES, key_of, prompts_of
from models.backends.voice_bank.segment import segmented

EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"
NAMES = ("Thôn Đông", "Bản Chợ", "sông Giang tại Cầu Đoài")
TEMPLATE = "Báo động {level}. Mực nước tại {station} là {value}, lúc {time}. Bà con {hamlet} di dời ngay!"


def test_the_example_commune_records_about_150_prompts_each_once() -> None:
    prompts = bank_prompts(load(EXAMPLE), normalise)
    assert 100 <= len(prompts) <= 160
    assert len({prompt.words for prompt in prompts}) == len({prompt.key for prompt in prompts}) == len(prompts)


def test_templates_are_recorded_between_their_blanks_and_hamlets_by_name() -> None:
    prompts = prompts_of(NAMES, [TEMPLATE], Accent.NORTH, normalise)
    by_group = {group: [one.words for one in prompts if one.group == group] for group in (PLACES, TEMPLATES)}
    assert by_group[PLACES] == ["thôn đông", "bản chợ", "sông giang tại cầu đoài"]
    assert by_group[TEMPLATES] == ["báo động", "mực nước tại", "bà con", "di dời ngay"]


@pytest.mark.parametrize("accent", list(Accent))
def test_every_number_of_a_bulletin_can_be_put_together(accent: Accent) -> None:
    words = {prompt.words for prompt in prompts_of((), (), accent, normalise)}
    for number in [*range(0, 2000, 7), *range(2000, 3_000_000, 77_777)]:
        segmented(number_to_words(number, accent=accent), words)


@pytest.mark.parametrize(
    "blanks",
    [
        {"level": "2", "station": NAMES[2], "value": "5,32 m", "time": "7h30", "hamlet": "Thôn Đông"},
        {"level": "3", "station": NAMES[2], "value": "12,05 m", "time": "23h", "hamlet": "Bản Chợ"},
        {"level": "1", "station": NAMES[2], "value": "-0,5 m", "time": "0h05", "hamlet": "Bản Chợ"},
    ],
)
def test_a_filled_template_is_said_from_the_bank_whatever_its_blanks(blanks: dict[str, str]) -> None:
    words = {prompt.words for prompt in prompts_of(NAMES, [TEMPLATE], Accent.NORTH, normalise)}
    spoken = normalise(TEMPLATE.format_map(blanks))
    assert spoken.complete
    segmented(spoken.spoken, words)


def test_a_text_that_cannot_be_read_is_left_out_and_a_key_stays_the_same() -> None:
    prompts = prompts_of(["Qwrtz"], [], Accent.NORTH, normalise)
    assert not [prompt for prompt in prompts if prompt.group == PLACES]
    assert key_of("một") == next(one.key for one in prompts if one.words == "một" and one.group == FIGURES)


def test_only_vietnamese_has_a_voice() -> None:
    must_have_voice("vi")
    for code in LANGUAGES.keys() - {"vi"}:
        with pytest.raises(FinalError, match="Chưa có giọng đọc"):
            must_have_voice(code)
    with pytest.raises(FinalError, match="Không có ngôn ngữ"):
        language_name("xx")


@pytest.mark.parametrize(
    "style",
    [Style(speed=0.4), Style(speed=2.1), Style(times=0), Style(times=11), Style(pause_s=-1), Style(pause_s=31)],
)
def test_a_style_out_of_bounds_is_refused(style: Style) -> None:
    with pytest.raises(FinalError):
        check_style(style)
    check_style(Style(speed=1.2, times=3, pause_s=10))
