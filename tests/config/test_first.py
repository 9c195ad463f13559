"""``molang init`` writes a file that the box accepts, and never over another one."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.config import load
from edge.config.first import init
from edge.config.questions import slug

ANSWERS = [
    "Xã Thượng Giang", "", "", "10.20.0.2",
    "http://khong-mat-ma", "https://hub.tinh.example",
    "Thôn Đông, Thôn Bến Cát,  Thôn Đông",
    "cam-1", "rtsp://xem:mat@10.20.1.11/phu", 'Chợ "Giang" \\ mới', "ben-cat", "An ninh",
    "rtsp://10.20.1.12/phu", "Chợ Giang", "", "An ninh",
    "",
    "Loa Đông", "", "Loa Đông", "tay", "thon-ben-cat", "",
    "y", "loa-dong-2", "",
    "y", "sông Giang tại Cầu Đoài", "", "3,8", "3", "4.8", "5,8", "Số liệu ví dụ",
    "y", "",
    "Nguyễn Văn An", "113", "0900000001", "Chủ tịch", "all",
    "Trần Thị Bình", "+84900000002", "Trưởng thôn", "thon-dong",
    "",
]  # fmt: skip


def run(output: Path, answers: list[str], *options: str) -> Result:
    return CliRunner().invoke(init, ["--output", str(output), *options], input="\n".join(answers) + "\n")


def answers_with(hamlet_fix: str = "thon-ben-cat") -> list[str]:
    return [hamlet_fix if answer == "ben-cat" else answer for answer in ANSWERS]


def test_the_answers_make_a_config_that_loads(tmp_path: Path) -> None:
    output = tmp_path / "etc" / "molang.toml"
    result = run(output, answers_with())
    assert result.exit_code == 0, result.output
    config = load(output)
    assert (config.commune.id, config.commune.name) == ("xa-thuong-giang", "Xã Thượng Giang")
    assert [hamlet.id for hamlet in config.hamlet] == ["thon-dong", "thon-ben-cat", "thon-dong-2"]
    assert [camera.id for camera in config.camera] == ["cho-giang-moi", "cho-giang"]
    assert config.camera[0].name == 'Chợ "Giang" \\ mới'
    assert [(horn.id, horn.hamlet) for horn in config.horn] == [
        ("loa-dong", "thon-dong"),
        ("loa-dong-2", "thon-ben-cat"),
    ]
    assert config.local_node is not None
    assert config.local_node.horn == "loa-dong-2"
    assert config.gauge[0].bao_dong_m == (3.8, 4.8, 5.8)
    assert [(who.phone, who.hamlet) for who in config.person] == [("0900000001", None), ("+84900000002", "thon-dong")]
    assert config.hub is not None
    assert config.media.url == "https://10.20.0.2:8443/media"


def test_wrong_answers_are_asked_again_in_vietnamese(tmp_path: Path) -> None:
    output = run(tmp_path / "a.toml", answers_with()).output
    for words in (
        "phải bắt đầu bằng https://",
        "phải bắt đầu bằng rtsp://",
        "hãy chọn một trong: thon-dong",
        "phải cao hơn 3.8",
        "phải là số điện thoại Việt Nam",
    ):
        assert words in output


def test_the_fewest_answers_make_a_config_too(tmp_path: Path) -> None:
    output = tmp_path / "a.toml"
    result = run(output, ["Xã An", "", str(tmp_path), "", "", "Thôn Một", "", "", "n", "n", ""])
    assert result.exit_code == 0, result.output
    config = load(output)
    assert (config.camera, config.horn, config.gauge, config.modem, config.person) == ((), (), (), (), ())


def test_the_first_account_is_named_and_no_password_is_in_the_file(tmp_path: Path) -> None:
    output = tmp_path / "a.toml"
    printed = run(output, answers_with()).output
    assert f"molang users add --config {output}" in printed
    assert "password" not in output.read_text()
    assert output.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    output = tmp_path / "a.toml"
    output.write_text("# của tôi\n")
    refused = run(output, answers_with())
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert output.read_text() == "# của tôi\n"
    assert run(output, answers_with(), "--force").exit_code == 0
    assert load(output).commune.name == "Xã Thượng Giang"


def test_a_person_who_gives_up_leaves_nothing_behind(tmp_path: Path) -> None:
    result = run(tmp_path / "a.toml", ANSWERS[:9])
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run(tmp_path / "file" / "a.toml", answers_with())
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "Error: " in result.output


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Thôn Bến Cát", "thon-ben-cat"), ("ĐÌNH  Đoài (cũ)", "dinh-doai-cu"), ("…", ""), ("x" * 60, "x" * 40)],
)
def test_names_become_ids(name: str, wanted: str) -> None:
    assert slug(name) == wanted
