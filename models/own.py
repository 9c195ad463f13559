"""Writing the manifest of a model that was exported here: the commune's own from then on."""

from __future__ import annotations

import json
from pathlib import Path

from models.assets import replacing, sha256_of
from models.detection.head import Head
from models.folders import own_manifests


def write_manifest(name: str, source: Path, labels: tuple[str, ...], size_px: int, head: Head, licence: str) -> Path:
    """`<name>.toml` beside the commune's other manifests, for a file that already lies among the assets."""
    target = own_manifests() / f"{name}.toml"
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as stream:
        stream.write(_text(name, source, labels, size_px, head, licence).encode())
    return target


def _text(name: str, source: Path, labels: tuple[str, ...], size_px: int, head: Head, licence: str) -> str:
    # A JSON string or list of strings is a TOML one too.
    return "\n".join(
        (
            f"name = {json.dumps(name)}",
            f"title = {json.dumps(f'Mô hình {name}', ensure_ascii=False)}",
            'kind = "detector"',
            f"licence = {json.dumps(licence, ensure_ascii=False)}",
            f"labels = {json.dumps(labels, ensure_ascii=False)}",
            f"input_px = [{size_px}]",
            f'head = "{head}"',
            "",
            "[[files]]",
            f"name = {json.dumps(source.name)}",
            f'sha256 = "{sha256_of(source)}"',
            f"bytes = {source.stat().st_size}",
            'sources = [{ kind = "bundle" }]',
            "",
        )
    )
