"""A voice bank recorded by espeak-ng, through the same door as a person's recordings."""

import shutil
import subprocess
from pathlib import Path

from edge.kernel.wire.speech import Band, BankPrompt, BankPrompts, TakePrompt
from edge.workers.speech.prompt import take_prompt


def said(path: Path, words: str, *options: str) -> Path:
    """A WAV file in which somebody says these words, with half a second of room around them."""
    program = shutil.which("espeak-ng")
    assert program
    spoken = subprocess.run(
        [program, "-v", "vi", "-s", "140", *options, "-w", path, words], check=True, timeout=20, capture_output=True
    )
    assert spoken.returncode == 0
    return path


def recorded_bank(folder: Path, words: tuple[str, ...]) -> BankPrompts:
    """These prompts, recorded into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder.parent / "said.wav"
    taken = [take_prompt(TakePrompt(str(said(source, one)), one, str(folder), Band())) for one in words]
    return BankPrompts(tuple(BankPrompt(one, made.sha256) for one, made in zip(words, taken, strict=True)))
