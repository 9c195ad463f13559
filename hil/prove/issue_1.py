"""Issue 1, "The drum beats": its "Must show" lines."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from hil.commune import Commune
from hil.demo import prepare_clips
from hil.harness import ROOT, python
from hil.kill_drill import drill
from hil.links import Figure, Link, all_ok
from hil.prove.places import Ran, clean_debian, empty_folder, inside, plain_environment, read_json, run

FIRST_S, AGAIN_S = 12 * 60.0, 90.0
CI_S = 25 * 60.0
DEMO = "./run demo --once --json"
BOUNDS = {
    "camera_to_incident_s": 2.0,
    "incident_to_sms_s": 3.0,
    "button_to_first_sample_s": 1.0,
    "stop_to_silence_s": 0.5,
}
STEP = re.compile(r"^== \.ci: (.+): (\d+) s$", re.MULTILINE)


def fresh_clone() -> Link:
    """An empty folder with no cache: `./run demo --once` within 12 minutes including set-up, again in under 90 s."""
    with empty_folder() as clone:
        env = plain_environment(clone)
        runs = [
            run(f"clone-{turn}", [*DEMO.split(), f"{turn}.json"], clone, env, deadline_s)
            for turn, deadline_s in (("first", FIRST_S), ("again", AGAIN_S))
        ]
        return _demo_link("fresh_clone", runs, [read_json(clone / f"{turn}.json") for turn in ("first", "again")])


def clean_debian_12() -> Link:
    """The same in a debootstrapped Debian 12."""
    if os.geteuid() != 0:
        return Link("clean_debian_12", ok=False, note="needs root: debootstrap and chroot")
    with clean_debian() as root:
        runs = [
            run(f"debian-{turn}", inside(root, f"{DEMO} /{turn}.json"), ROOT, os.environ, deadline_s)
            for turn, deadline_s in (("first", FIRST_S), ("again", AGAIN_S))
        ]
        return _demo_link("clean_debian_12", runs, [read_json(root / f"{turn}.json") for turn in ("first", "again")])


def ci_run() -> Link:
    """check, test and test --root green on a fresh clone, all of it under 25 minutes."""
    with empty_folder(with_shared=True) as clone:
        ran = run("ci", ["bash", ".ci/run"], clone, {**plain_environment(clone), "CI": "true"}, CI_S)
        steps = {f"{name.replace(' ', '_')}_s": int(took) for name, took in STEP.findall(ran.log.read_text("utf-8"))}
        ok = ran.code == 0 and ran.took_s <= CI_S and len(steps) == 3
        return Link("ci_run", ok, {"exit": ran.code, "took_s": ran.took_s, **steps}, ran.tail(1))


def kills() -> Link:
    """Each process killed in turn in mid-play; nothing accepted lost, amplifiers off within 5 s."""
    console = Console(stderr=True)
    with Commune(ROOT / "var" / "prove-demo", prepare_clips(console), web_port=0, live_port=0) as commune:
        found = drill(commune, console)
    figures: dict[str, Figure] = {f"{link.name}: {key}": value for link in found for key, value in link.figures.items()}
    return Link("kills", all_ok(found), figures)


def contracts() -> Link:
    """All import contracts kept; three planted violations break them."""
    lint = subprocess.run([_tool("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    kept = re.search(r"Contracts: (\d+) kept, (\d+) broken", lint.stdout)
    tests = subprocess.run(
        python("pytest", "-q", "tests/structure"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    passed = re.search(r"(\d+) passed", tests.stdout)
    figures: dict[str, Figure] = {
        "kept": int(kept[1]) if kept else None,
        "broken": int(kept[2]) if kept else None,
        "planted_tests_passed": int(passed[1]) if passed else None,
    }
    return Link("contracts", lint.returncode == 0 and tests.returncode == 0 and kept is not None, figures)


def supervisor() -> Link:
    """After a run of the demo the supervisor is at most 80 MB and loaded no codec, ML library or Flask."""
    report = ROOT / "var" / "prove" / "supervisor.json"
    ran = run("supervisor", ["./run", "demo", "--once", "--json", str(report)], ROOT, os.environ, AGAIN_S * 2)
    row = read_json(report).get("links", {}).get("supervisor", {})
    return Link("supervisor", ran.code == 0 and bool(row.get("ok")), row.get("figures", {}), ran.tail(1))


LINES: Mapping[str, Callable[[], Link]] = {
    "fresh_clone": fresh_clone,
    "clean_debian_12": clean_debian_12,
    "ci_run": ci_run,
    "kills": kills,
    "contracts": contracts,
    "supervisor": supervisor,
}


def _demo_link(name: str, runs: list[Ran], reports: list[dict[str, object]]) -> Link:
    figures: dict[str, Figure] = {}
    ok = True
    for turn, ran, report, deadline_s in zip(("first", "again"), runs, reports, (FIRST_S, AGAIN_S), strict=True):
        seen = report.get("figures", {})
        assert isinstance(seen, dict)
        figures[f"{turn}_took_s"] = ran.took_s
        figures |= {f"{turn}_{key}": seen.get(key) for key in (*BOUNDS, "hub_events_once")}
        within = all(isinstance(seen.get(key), int | float) and seen[key] <= most for key, most in BOUNDS.items())
        ok &= ran.code == 0 and ran.took_s <= deadline_s and within and seen.get("hub_events_once") is True
    return Link(name, ok, figures, "" if ok else json.dumps(runs[-1].tail(2), ensure_ascii=False))


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
