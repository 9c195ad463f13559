"""From one release to another and back, also when the machine goes down between any two steps."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.policy.updating import MOST_TRIES
from edge.kernel.release_state import HISTORY, PENDING
from edge.release.changing import Change
from edge.release.installing import install
from edge.release.places import Places
from edge.release.trial import watch
from tests.release.shop import UNIT, Machine, Shop


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    store = sqlite3.connect(folder / "molang.db")
    store.execute("CREATE TABLE kept (what TEXT)")
    store.execute("INSERT INTO kept VALUES ('alarm')")
    store.commit()
    store.close()
    return folder


def installed(shop: Shop, places: Places, **sick: str) -> None:
    for version, how in {
        "1.0": "",
        **{name.replace("v", "").replace("_", "."): how for name, how in sick.items()},
    }.items():
        folder, about = shop.bundle(version, how)
        install(folder, about, places, "amd64")
    places.run("1.0")


def unit_of(places: Places) -> str:
    """What systemd would read."""
    assert places.units is not None
    return (places.units / UNIT).read_text()


def test_a_healthy_release_is_kept_and_only_it_and_the_one_before_stay(shop: Shop, places: Places, data: Path) -> None:
    installed(shop, places, v0_9="", v1_1="")
    change, machine = Change(places, data), Machine(places.root)
    change.begin("1.1")
    copy = sqlite3.connect(places.state / "before-1.0.db")
    assert copy.execute("SELECT what FROM kept").fetchall() == [("alarm",)]
    done = watch(change, machine, sleep=lambda _: None)
    assert done is not None
    assert (done.outcome, places.current(), places.previous()) == ("kept", "1.1", "1.0")
    assert places.versions() == ["1.0", "1.1"]
    assert unit_of(places) == "# 1.1\n"
    assert change.pending() is None
    assert not list(places.state.glob("before-*.db"))


def test_the_pages_may_read_what_is_under_way_and_nobody_but_root_the_copy_of_the_store(
    shop: Shop, places: Places, data: Path
) -> None:
    installed(shop, places, v1_1="loa không trả lời")
    change = Change(places, data)
    before = os.umask(0o077)
    try:
        change.begin("1.1")
        copy = places.state / "before-1.0.db"
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (places.state / PENDING, copy)]
        watch(change, Machine(places.root), sleep=lambda _: None)
    finally:
        os.umask(before)
    assert modes == [0o644, 0o600]
    assert stat.S_IMODE((places.state / HISTORY).stat().st_mode) == 0o644


def test_a_release_that_starts_but_is_sick_goes_back_by_itself_and_says_why(
    shop: Shop, places: Places, data: Path
) -> None:
    installed(shop, places, v1_1="loa không trả lời")
    change, machine = Change(places, data), Machine(places.root)
    change.begin("1.1")
    done = watch(change, machine, sleep=lambda _: None)
    assert done is not None
    assert (done.outcome, done.reason) == ("went_back", "loa không trả lời")
    assert (places.current(), machine.running) == ("1.0", "1.0")
    assert unit_of(places) == "# 1.0\n"
    assert [one.outcome for one in change.history()] == ["went_back"]


def test_a_release_that_does_not_even_start_goes_back(shop: Shop, places: Places, data: Path) -> None:
    installed(shop, places, v1_1="không chạy")
    change, machine = Change(places, data), Machine(places.root, starts=False)
    change.begin("1.1")
    done = watch(change, machine, sleep=lambda _: None)
    assert done is not None
    assert (done.outcome, places.current()) == ("went_back", "1.0")


def test_a_release_under_which_the_machine_dies_again_and_again_goes_back(
    shop: Shop, places: Places, data: Path
) -> None:
    installed(shop, places, v1_1="")
    change = Change(places, data)
    change.begin("1.1")

    class DiedError(Exception):
        pass

    def dies(_: float) -> None:
        raise DiedError

    for _ in range(MOST_TRIES):
        with pytest.raises(DiedError):
            watch(Change(places, data), Machine(places.root), sleep=dies)
    done = watch(Change(places, data), Machine(places.root), sleep=dies)
    assert done is not None
    assert (done.outcome, places.current()) == ("went_back", "1.0")


def test_a_cut_between_the_link_and_the_units_is_made_good_before_anything_starts(shop: Shop, places: Places) -> None:
    installed(shop, places, v1_1="")
    change = Change(places)
    change.begin("1.1")
    (places.units or Path()).joinpath(UNIT).write_text("# 1.0\n")  # as the cut left it
    seen: list[str] = []

    class Witness(Machine):
        def restart(self) -> None:
            seen.append(unit_of(places))
            super().restart()

    watch(Change(places), Witness(places.root), sleep=lambda _: None)
    assert seen == ["# 1.1\n"]


def test_a_technician_who_goes_back_during_the_trial_is_not_contradicted_by_the_gate(
    shop: Shop, places: Places
) -> None:
    installed(shop, places, v1_1="")
    change = Change(places)
    pending = change.begin("1.1")

    def goes_back(_: float) -> None:
        assert change.go_back(pending, "kỹ thuật viên") is not None

    assert watch(Change(places), Machine(places.root), sleep=goes_back) is None
    assert (places.current(), change.pending()) == ("1.0", None)
    assert [done.outcome for done in change.history()] == ["went_back"]
    assert change.keep(pending) is None
    assert change.go_back(pending, "lần nữa") is None


def test_who_watches_over_a_release_is_not_changed_by_it_before_it_has_proven_itself(
    shop: Shop, places: Places
) -> None:
    assert places.units is not None
    installed(shop, places, v1_1="")
    gate = places.units / "molang-gate.service"
    for version in ("1.0", "1.1"):
        (places.release(version) / "systemd" / gate.name).write_text(f"# {version}\n")
    places.put_units()
    change, seen = Change(places), []
    change.begin("1.1")

    def looks(_: float) -> None:
        seen.append(gate.read_text())

    watch(change, Machine(places.root), sleep=looks)
    assert set(seen) == {"# 1.0\n"}
    assert gate.read_text() == "# 1.1\n"


def test_units_that_cannot_be_written_keep_nobody_from_the_way_back(shop: Shop, places: Places) -> None:
    installed(shop, places, v1_1="loa không trả lời")
    change = Change(places)
    change.begin("1.1")
    shutil.rmtree(places.units or Path())
    done = watch(change, Machine(places.root), sleep=lambda _: None)
    assert done is not None
    assert (done.outcome, places.current()) == ("went_back", "1.0")


def test_a_second_update_waits_for_the_first(shop: Shop, places: Places, data: Path) -> None:
    installed(shop, places, v1_1="", v1_2="")
    change = Change(places, data)
    change.begin("1.1")
    with pytest.raises(FinalError, match="đang dở"):
        change.begin("1.2")
    assert places.current() == "1.1"


def test_what_is_not_installed_or_runs_already_is_refused(shop: Shop, places: Places, data: Path) -> None:
    installed(shop, places)
    for version, words in (("7.7", "chưa cài"), ("1.0", "đang chạy rồi")):
        with pytest.raises(FinalError, match=words):
            Change(places, data).begin(version)
    assert Change(places, data).pending() is None
