"""The list of components: one for each pin of the lock and each manifest, the same bytes each time."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.core.errors import FinalError
from edge.release.sbom import LOCK, bill, sbom
from models.manifest import shipped


def test_every_pin_and_every_asset_is_a_component() -> None:
    found = bill()
    pins = set(re.findall(r"^([A-Za-z0-9._-]+==[^\s;\\]+)", LOCK.read_text(), re.MULTILINE))
    packages = {f"{one['name']}=={one['version']}" for one in found["components"] if one["type"] == "library"}
    assert {pin.lower().replace("_", "-") for pin in pins} == {one.lower() for one in packages}
    assert {f"asset:{name}" for name in shipped()} == {
        one["bom-ref"] for one in found["components"] if one["type"] != "library"
    }


def test_it_has_what_cyclonedx_demands() -> None:
    """bomFormat, specVersion, types of the enumeration, references that occur once (CycloneDX 1.6, JSON schema)."""
    found = bill()
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["serialNumber"])
    references = [one["bom-ref"] for one in found["components"]]
    assert len(references) == len(set(references))
    assert {one["type"] for one in found["components"]} <= {"library", "machine-learning-model", "data"}
    for one in found["components"]:
        assert one["properties"], one["name"]
        assert all(re.fullmatch("[0-9a-f]{64}", hash_["content"]) for hash_ in one.get("hashes", ()))


def test_licences_are_those_that_packages_declare() -> None:
    named = {one["name"]: one for one in bill()["components"]}
    assert "Apache" in named["cryptography"]["licenses"][0]["license"]["name"]


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    runner = CliRunner()
    runner.invoke(sbom, ["--out", str(tmp_path / "a.json")])
    assert runner.invoke(sbom, []).output == (tmp_path / "a.json").read_text()
    assert json.loads((tmp_path / "a.json").read_text())["components"]


def test_a_lock_that_pins_nothing_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("# leer\n")
    for path in (tmp_path / "lock", tmp_path / "nowhere"):
        with pytest.raises(FinalError):
            bill(path)
