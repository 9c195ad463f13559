"""What is in a release: a CycloneDX 1.6 list of its Python packages, models, voices and web libraries.

Made from the lock file and the manifests, which pin each by its hash, so two machines write the same bytes. Licences
are those that the installed packages declare. https://cyclonedx.org/docs/1.6/json/
"""

import hashlib
import importlib.metadata
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from edge.core.errors import FinalError
from models.manifest import Manifest, UrlSource, WheelSource, shipped

LOCK = Path(__file__).parents[2] / "requirements.lock"
SPEC = "1.6"
NAMESPACE = uuid.UUID("6f1d3a0e-6c1b-5a55-9a1f-1d2c8b0f9e11")
"""Of the serial numbers: the same contents have the same one."""
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:(?P<hex>[0-9a-f]{64})")


def bill(lock: Path = LOCK, assets: Mapping[str, Manifest] | None = None) -> dict[str, Any]:
    """The whole list. Raises FinalError when the lock cannot be read or pins nothing."""
    try:
        text = lock.read_text("utf-8")
    except OSError as cause:
        raise FinalError(f"Không đọc được {lock}: {cause.strerror}.") from cause
    components = [*_packages(text), *(_asset(one) for one in (shipped() if assets is None else assets).values())]
    if not any(one["type"] == "library" for one in components):
        raise FinalError(f"{lock} không ghim gói nào.")
    digest = hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, digest)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "molang", "name": "molang"}},
        "components": components,
    }


def _packages(text: str) -> Iterator[dict[str, Any]]:
    """One component a pin. Its hashes are those of every wheel that may be taken, so they are properties of it."""
    for block in text.replace("\\\n", " ").splitlines():
        pin = _PINNED.match(block)
        if pin is None:
            continue
        name, version = pin["name"].lower().replace("_", "-"), pin["version"]
        purl = f"pkg:pypi/{name}@{version}"
        wheels = [{"name": "molang:wheel:sha256", "value": found["hex"]} for found in _HASH.finditer(block)]
        part = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        licence = _licence(name)
        yield {**part, **({"licenses": [{"license": {"name": licence}}]} if licence else {}), "properties": wheels}


def _licence(name: str) -> str:
    """As its own metadata says, in one line; empty for a package that is not installed here."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    said = _line(told, "License-Expression")
    kinds = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return said or "; ".join(kinds) or _line(told, "License")


def _line(told: importlib.metadata.PackageMetadata, name: str) -> str:
    """The first line of a field that need not be there."""
    return told[name].strip().partition("\n")[0][:120] if name in told else ""


def _asset(one: Manifest) -> dict[str, Any]:
    """A model, a voice or a web library: its first file's hash stands for it, the others follow as parts."""
    kind = "machine-learning-model" if one.kind in {"detector", "voice"} else "data"
    first, *rest = one.files
    sources = [_source(source) for source in first.sources if isinstance(source, UrlSource | WheelSource)]
    return {
        "type": kind,
        "bom-ref": f"asset:{one.name}",
        "name": one.name,
        "version": first.sha256[:12],
        "hashes": [{"alg": "SHA-256", "content": first.sha256}],
        "licenses": [{"license": {"name": one.licence}}],
        "externalReferences": [{"type": "distribution", "url": url} for url in sources],
        "properties": [{"name": f"molang:file:{file.name}", "value": file.sha256} for file in (first, *rest)],
    }


def _source(source: UrlSource | WheelSource) -> str:
    return source.url if isinstance(source, UrlSource) else f"pkg:pypi/{source.package}@{source.version}"


@click.command("sbom")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Ghi vào tệp này; không có thì in ra.")
def sbom(out: Path | None) -> None:
    """In danh sách thành phần phần mềm của bản này (CycloneDX 1.6)."""
    text = json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
