"""The register as it is printed, and the sign beside a camera."""

import json
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from edge.config import load
from edge.config.register import entry_of
from edge.config.schema import Config
from edge.core.errors import FinalError
from edge.privacy.cli import privacy
from edge.privacy.report import markdown, register
from edge.privacy.sign import sign
from tests.core.test_register import WHOLE

EXAMPLE = Path(__file__).parents[2] / "docs/ref/example.toml"
CHROMIUM = shutil.which("chromium")
VOID = {"meta", "br"}


def config(**changes: object) -> Config:
    whole = load(EXAMPLE)
    first = msgspec.structs.replace(whole.camera[0], **changes)
    return msgspec.structs.replace(whole, camera=(first, *whole.camera[1:3]))


def test_every_camera_is_in_the_register_with_what_it_lacks() -> None:
    found = register(config(purpose="", sign_posted=None))
    first, second, _ = found["cameras"]
    assert (first["records"], first["missing"]) == (False, ["mục đích", "ngày cắm biển báo"])
    assert (second["records"], second["missing"]) == (True, [])
    page = markdown(found)
    assert page.count("\n| ") == 1 + 3
    assert "mục đích, ngày cắm biển báo (vì thế không ghi hình): Cổng Uỷ ban (`cong-uy-ban`)." in page
    assert "3 camera, 2 được ghi hình" in page


def test_a_camera_that_is_switched_off_does_not_count_as_recording() -> None:
    assert not register(config(record="off"))["cameras"][0]["records"]


def test_what_leaves_the_box_is_listed_by_its_way_and_names_no_number() -> None:
    found = register(config())
    ways = ["tỉnh", "tỉnh", "tỉnh", "SMS", "thông báo trình duyệt", "Zalo ZNS", "thư điện tử", "tệp trích"]
    assert [one["way"] for one in found["leaves"]] == ways
    alone = register(msgspec.structs.replace(config(), hub=None, modem=(), channel=()))
    assert [one["way"] for one in alone["leaves"]] == ["tệp trích"]
    text = markdown(found)
    assert not any(person.phone[-8:] in text for person in load(EXAMPLE).person)


def test_passwords_of_cameras_are_in_no_report() -> None:
    secret = "mat-khau-camera"
    found = register(config(url=f"rtsp://admin:{secret}@10.0.0.1/a"))
    assert secret not in json.dumps(found)


def test_the_command_prints_json_for_machines() -> None:
    result = CliRunner().invoke(privacy, ["report", "--config", str(EXAMPLE), "--json"])
    assert result.exit_code == 0
    assert len(json.loads(result.output)["cameras"]) == len(load(EXAMPLE).camera)


class Tags(HTMLParser):
    """Checks that tags close in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """It closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_sign_tells_who_why_and_how_long_and_is_valid() -> None:
    page = sign(WHOLE, "Xã Thượng Giang", "Cổng, Thôn Đông")
    for words in ("KHU VỰC CÓ CAMERA", "Trật tự", "UBND xã", "QĐ 12", "Tối đa 7 ngày", "Cổng, Thôn Đông"):
        assert words in page
    tags = Tags()
    tags.feed(page)
    assert tags.open == []


def test_words_of_the_register_cannot_break_the_page() -> None:
    page = sign(replace(WHOLE, purpose="<script>alert(1)</script> $owner & cả"), "Xã", "Cổng")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $owner &amp; cả" in page


def test_a_sign_with_blanks_is_not_made_but_one_that_is_not_posted_yet_is() -> None:
    with pytest.raises(FinalError, match="còn thiếu: mục đích, căn cứ pháp lý"):
        sign(replace(WHOLE, purpose="", legal_basis=" "), "Xã", "Cổng")
    assert "KHU VỰC" in sign(replace(WHOLE, sign_posted=None), "Xã", "Cổng")


def test_an_unknown_camera_is_said_with_those_that_are_known(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        privacy, ["sign", "khong-co", "--config", str(EXAMPLE), "--output", str(tmp_path / "a.html")]
    )
    assert "cong-uy-ban" in str(result.exception)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
@pytest.mark.parametrize("letters", [20, 300])
def test_the_sign_is_one_printed_page_however_much_the_register_says(tmp_path: Path, letters: int) -> None:
    assert CHROMIUM is not None
    words = ("bảo đảm an ninh trật tự " * 20)[:letters]
    camera = msgspec.structs.replace(load(EXAMPLE).camera[0], purpose=words, legal_basis=words, owner=words[:120])
    page = tmp_path / "sign.html"
    page.write_text(sign(entry_of(camera), "Xã Thượng Giang", "Cổng Uỷ ban, Thôn Đông"))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]
    command = [CHROMIUM, *flags, f"--user-data-dir={tmp_path}/c", f"--print-to-pdf={tmp_path}/sign.pdf", page.as_uri()]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    assert (tmp_path / "sign.pdf").read_bytes().count(b"/Type /Page\n") == 1
