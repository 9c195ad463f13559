"""An almost empty torchvision for the export environment. Never used on the box."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def stand_in_for_torchvision(folder: Path) -> None:
    """No published torchvision imports beside this torch; where it is absent an almost empty module answers.

    Ultralytics asks it for its version, and prefers its `nms` to the equivalent in ultralytics/utils/nms.py: the
    stand-in hands over that one. Exporting and evaluating a detector use nothing else of it.
    """
    if importlib.util.find_spec("torchvision") is not None:
        return
    package, facts = folder / "torchvision", folder / "torchvision-0.0.0.dist-info"
    package.mkdir(parents=True)
    facts.mkdir()
    (package / "__init__.py").write_text('__version__ = "0.0.0"\n')
    (package / "ops.py").write_text("from ultralytics.utils.nms import TorchNMS\n\nnms = TorchNMS.nms\n")
    (facts / "METADATA").write_text("Name: torchvision\nVersion: 0.0.0\n")
    sys.path.insert(0, str(folder))
