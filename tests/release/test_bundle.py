"""A bundle is taken whole, from somebody who is trusted, or not at all."""

from pathlib import Path

import msgspec
import pytest

from edge.core.errors import FinalError
from edge.kernel.statement import StatementKey
from edge.release.bundle import APP, MANIFEST, check, describe, read, sign
from edge.release.installing import install, origin_of
from edge.release.places import Places
from edge.release.update_cli import refuse_older
from tests.release.shop import Shop, packed


def test_a_bundle_says_what_it_is_to_whoever_trusts_its_maker(shop: Shop) -> None:
    folder, about = shop.bundle("1.0")
    assert read(folder, shop.keys) == about
    check(folder, about.files)


def test_a_bundle_of_a_stranger_is_refused(shop: Shop, tmp_path: Path) -> None:
    folder, _ = shop.bundle("1.0")
    stranger = StatementKey.load_or_make(tmp_path / "stranger.pem")
    with pytest.raises(FinalError, match="chữ ký"):
        read(folder, [stranger.public_hex])


@pytest.mark.parametrize("place", [0, 40, -3])
def test_one_changed_byte_of_the_manifest_ends_its_signature(shop: Shop, place: int) -> None:
    folder, _ = shop.bundle("1.0")
    told = bytearray((folder / MANIFEST).read_bytes())
    told[place] ^= 1
    (folder / MANIFEST).write_bytes(told)
    with pytest.raises(FinalError, match="chữ ký"):
        read(folder, shop.keys)


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "a link"])
def test_a_harmed_file_is_named_before_anything_is_installed(shop: Shop, places: Places, harm: str) -> None:
    folder, about = shop.bundle("1.0")
    app = folder / APP
    data = app.read_bytes()
    app.unlink()
    if harm == "cut":
        app.write_bytes(data[:-1])
    elif harm == "changed":
        app.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    elif harm == "a link":
        (folder / "real").write_bytes(data)
        app.symlink_to("real")
    with pytest.raises(FinalError, match="app.tar.gz"):
        install(folder, about, places, "amd64")
    assert places.versions() == []


def test_the_same_version_of_another_bundle_is_not_taken_for_what_is_there(shop: Shop, places: Places) -> None:
    folder, about = shop.bundle("1.0")
    release = install(folder, about, places, "amd64")
    assert origin_of(release) == about
    assert install(folder, about, places, "amd64") == release
    with pytest.raises(FinalError, match="từ một bộ cài khác"):
        install(folder, msgspec.structs.replace(about, made="2027-01-01T00:00:00+00:00"), places, "amd64")


@pytest.mark.parametrize(
    ("made", "refused"), [("2026-11-27T00:00:00+00:00", True), ("2026-11-28T00:00:01+00:00", False)]
)
def test_an_old_stick_does_not_bring_back_what_was_mended(
    shop: Shop, places: Places, made: str, *, refused: bool
) -> None:
    folder, about = shop.bundle("1.0")
    install(folder, about, places, "amd64")
    places.point("current", "1.0")
    other = msgspec.structs.replace(about, version="0.9", made=made)
    if refused:
        with pytest.raises(FinalError, match="cũ hơn bản đang chạy"):
            refuse_older(other, places)
    else:
        refuse_older(other, places)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a//b", "", "a/./b"])
def test_a_signed_manifest_may_not_name_files_elsewhere(shop: Shop, path: str) -> None:
    folder, about = shop.bundle("1.0")
    (one,) = about.files
    sign(folder, msgspec.structs.replace(about, files=(msgspec.structs.replace(one, path=path),)), shop.key)
    with pytest.raises(FinalError, match="đường dẫn lạ"):
        read(folder, shop.keys)


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside"])
def test_an_archive_that_reaches_out_of_its_folder_is_refused(shop: Shop, places: Places, name: str) -> None:
    folder, about = shop.bundle("1.0")
    (folder / APP).write_bytes(packed({name: "x"}))
    (one,) = about.files
    about = msgspec.structs.replace(about, files=(describe(folder, folder / APP, one.arch),))
    with pytest.raises(FinalError):
        install(folder, about, places, "amd64")
    assert places.versions() == []
    assert not (places.releases / "outside").exists()
