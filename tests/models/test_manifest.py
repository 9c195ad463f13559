from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import AssetMissingError, BadManifestError
from models.manifest import UrlSource, manifest, read_manifest, shipped

GOOD = """
name = "x"
title = "Thử"
kind = "detector"
licence = "CC0"
labels = ["person"]
input_px = [320]

[[files]]
name = "x.pt"
sha256 = "{sha}"
bytes = 3
sources = [{{ kind = "bundle" }}]
""".format(sha="0" * 64)


def _read(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    read_manifest(tmp_path / "x.toml")


def test_the_shipped_manifests_are_all_read() -> None:
    voices, scripts = {"en_US-joe-medium", "vi_VN-vais1000-medium"}, {"leaflet", "uplot"}
    assert set(shipped()) == {"bikes", "reference-images", "yolov8n", *voices, *scripts}


def test_the_detector_lists_its_80_labels_and_is_required() -> None:
    yolo = manifest("yolov8n")
    assert len(set(yolo.labels)) == 80
    assert not yolo.optional


def test_every_address_is_pinned_to_a_release_or_a_revision() -> None:
    files = [file for one in shipped().values() for file in one.files]
    addresses = [source.url for file in files for source in file.sources if isinstance(source, UrlSource)]
    assert addresses
    assert not [address for address in addresses if "/main/" in address or "latest" in address]


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(AssetMissingError, match="yolov8n"):
        manifest("yolov9")


def test_a_good_manifest_is_read(tmp_path: Path) -> None:
    _read(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('licence = "CC0"', 'license = "CC0"', "license"),
        ("bytes = 3", 'bytes = "3"', "bytes"),
        ("bytes = 3", "bytes = 0", "bytes"),
        ("bytes = 3", "bytes = true", "bytes"),
        ('"bundle"', '"ftp"', "ftp"),
        ('{ kind = "bundle" }', '{ kind = "url", url = "http://example.org/x" }', "https"),
        ('{ kind = "bundle" }', '{ kind = "bundle", path = "/etc" }', "path"),
        ("sources = [{", "sources = [] # [{", "nguồn"),
        ('"x.pt"', '"../x.pt"', "../x.pt"),
        ("0" * 64, "0" * 63, "sha256"),
        ('kind = "detector"', 'kind = "oracle"', "oracle"),
        ('kind = "detector"', 'kind = "voice"', "giọng đọc"),
        ("input_px = [320]", "", "input_px"),
        ('name = "x"\n', "", "name"),
        ("[[files]]", "[[files", "x.toml"),
        ('name = "x"', 'name = "y"', "tên tệp"),
        ("[320]", "[333]", "bội số của 32"),
        ("[320]", "[true]", "bội số của 32"),
        ('["person"]', '["person", "person"]', "khác nhau"),
        ('["person"]', "[1]", "chuỗi"),
        ('"x.pt"', '"x.bin"', ".onnx"),
        ("[320]", '[320]\nhead = "yolox"', "ONNX trước"),
        ("[320]", '[320]\nhead = "hydra"', "hydra"),
    ],
)
def test_a_bad_manifest_is_refused_and_names_its_fault(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in GOOD
    with pytest.raises(BadManifestError, match="x.toml") as caught:
        _read(tmp_path, GOOD.replace(old, new, 1))
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"person"', '"person", "face"'),
        ('"x.pt"', '"yolo-face.pt"'),
        ('title = "Thử"', 'title = "Đọc biển số xe"'),
    ],
    ids=["label", "file", "title"],
)
def test_a_manifest_that_offers_faces_or_plates_is_refused_wherever_it_says_so(
    tmp_path: Path, old: str, new: str
) -> None:
    with pytest.raises(BadManifestError, match=r"x\.toml: .*không nhận mặt người"):
        _read(tmp_path, GOOD.replace(old, new))
