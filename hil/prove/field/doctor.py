"""Line ``doctor``: each line of ``molang doctor`` turns when the one thing is broken that it looks at, alone."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from edge.doctor.cli import LINES, examine
from edge.doctor.finding import Finding, Mark
from hil.harness import ROOT
from hil.links import Figure, Link
from hil.prove.field.breaks import BREAKS, Break
from hil.prove.field.sickbed import EXAMPLE, Bed, Ward

COMMAND_S = 60


def doctor(breaks: Sequence[Break] = BREAKS) -> Link:
    """All breaks; each line of the doctor has one; a well box is well in every line."""
    with tempfile.TemporaryDirectory(prefix="molang-doctor-") as name, Ward(Path(name)) as ward:
        well = marks(ward.bed())
        unwell = sorted(line for line, mark in well.items() if mark is not Mark.OK)
        missed = [f"{one.name}: {why}" for one in breaks if (why := missed_by(ward, one))]
        exits = exit_codes(Path(name))
    unbroken = sorted(LINES.keys() - {one.line for one in breaks})
    figures: dict[str, Figure] = {
        "lines": len(LINES),
        "lines_without_break": len(unbroken),
        "breaks": len(breaks),
        "missed": len(missed),
        "unwell_lines_of_a_well_box": len(unwell),
        **exits,
    }
    note = "; ".join(
        [*missed, *(f"{line} has no break" for line in unbroken), *(f"{line} is unwell" for line in unwell)]
    )
    return Link("doctor", not note and exits["exit_codes_agree"] is True, figures, note)


def missed_by(ward: Ward, one: Break, *, whole: bool = True) -> str:
    """Why the doctor did not see this break as it should; empty when it did. ``whole``: looking at every line."""
    bed = ward.bed()
    kept = {path: path.read_bytes() for path in ward.assets.glob("*.onnx")}
    stamps = {path: path.stat().st_mtime_ns for path in kept}
    try:
        one.do(bed)
        findings = list(examine(bed.patient) if whole else LINES[one.line](bed.patient))
    finally:
        for path in set(ward.assets.glob("*.onnx")) - kept.keys():
            path.unlink()
        for path, data in kept.items():
            if path.read_bytes() != data:
                path.write_bytes(data)
                os.utime(path, ns=(stamps[path], stamps[path]))
    found = by_line(findings)
    if found.get(one.line) is not one.mark:
        return f"{one.line} is {found.get(one.line)}, not {one.mark}"
    turned = {line for line, mark in found.items() if mark is not Mark.OK} - {one.line} - one.also
    if turned:
        return f"{', '.join(sorted(turned))} turned too"
    dumb = [finding.key for finding in findings if not is_told(finding)]
    return f"no remedy in both languages: {', '.join(dumb)}" if dumb else ""


def is_told(finding: Finding) -> bool:
    """Whether it is a sentence in both languages, with a remedy where something is to be mended."""
    wanted = [finding.said.vi, finding.said.en]
    if finding.mark is not Mark.OK:
        wanted += [finding.remedy.vi, finding.remedy.en]
    return all(wanted)


def marks(bed: Bed) -> Mapping[str, Mark]:
    """The worst mark of each line; a line that says nothing at all is missing."""
    found = by_line(list(examine(bed.patient)))
    return {line: found.get(line, Mark.BAD) for line in LINES}


def by_line(findings: Sequence[Finding]) -> dict[str, Mark]:
    """The worst mark of each line that was said."""
    found: dict[str, Mark] = {}
    for finding in findings:
        found[finding.line] = max(finding.mark, found.get(finding.line, Mark.OK))
    return found


def exit_codes(folder: Path) -> dict[str, Figure]:
    """The command itself, on a box that never ran: JSON, and the exit code of its worst line."""
    data = folder / "never-ran"
    data.mkdir()
    file = folder / "molang.toml"
    file.write_text(EXAMPLE.read_text().replace("/var/lib/molang", str(data)))
    command = [sys.executable, "-m", "edge", "doctor", "--json", "--config", str(file), "--root", str(folder / "root")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_S, check=False, cwd=ROOT)
    told = json.loads(done.stdout)
    worst = max(Mark[row["mark"].upper()] for row in told)
    return {"exit_code": done.returncode, "exit_codes_agree": done.returncode == worst and worst is Mark.BAD}
