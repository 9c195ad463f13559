"""Cameras through one real shard, against merely decoding the same streams in the same way."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile
from pathlib import Path
from typing import IO

import av

from hil import clips, scenes
from hil.bench.outcome import BenchUnavailableError, Case, Outcome, Ratio, Round, Say, in_turns, percentile, ratio
from hil.bench.shard import MODEL_PX, running_shard
from hil.bench.usage import Usage, UsageMeter
from hil.cameras import serve
from hil.harness import ROOT, python
from models.detectors import ensure_detector

SETTLE_S = 4.0
"""The first two seconds of a connection are looked at whole, and four cameras take some time to connect."""
END_S = 5.0
QUIET, BUSY = "quiet", "busy"
BUSY_FILMS = 2
"""The first two films have visitors."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Streams to watch: name -> address."""

    urls: dict[str, str]
    window_s: float
    folder: Path
    log: IO[str]


def measure(quick: bool, say: Say) -> Outcome:
    """CPU of a core, delay from a packet's arrival to its Tracks, memory; with nobody there, and with people always."""
    counts, rounds, window_s = ((4,), 1, 6.0) if quick else ((4, 8), 3, 12.0)
    model = ensure_detector("yolov8n", MODEL_PX)
    say("films")
    with tempfile.TemporaryDirectory(prefix="molang-bench-") as name, Path(name, "log").open("w") as log:
        folder = Path(name)
        with serve(_films(folder, max(counts)), log=log) as cameras:

            def scene_of(names: list[str]) -> Scene:
                return Scene({one: cameras.url(one) for one in names}, window_s, folder, log)

            measures = dict(_measures(counts, scene_of, model))
            cases = in_turns(rounds, measures, say)
    film = f"{scenes.WIDTH}x{scenes.HEIGHT}@{scenes.FPS} H.264"
    settings: Mapping[str, str | int | float] = {"window_s": window_s, "model": model.stem, "film": film}
    ratios = tuple(one for count in counts for one in _ratios(cases, count))
    return Outcome(tuple(cases.values()), ratios, ("cpu_pct", "latency_p95_ms", "rss_mb"), settings)


def _measures(
    counts: Iterable[int], scene_of: Callable[[list[str]], Scene], model: Path
) -> Iterator[tuple[str, Callable[[], Round]]]:
    for count in counts:
        for mood in (QUIET, BUSY):
            scene = scene_of([f"{mood}-{number}" for number in range(count)])
            yield _decoded(count, mood), partial(_decode_only, scene)
            yield _seen(count, mood), partial(_shard, scene, model)


def _ratios(cases: Mapping[str, Case], count: int) -> Iterator[Ratio]:
    for mood in (QUIET, BUSY):
        name = f"CPU: shard to decoding alone, {count} cameras {mood}"
        yield ratio(name, "cpu_pct", cases[_seen(count, mood)], cases[_decoded(count, mood)])
    yield ratio(
        f"CPU: busy to quiet, {count} cameras", "cpu_pct", cases[_seen(count, BUSY)], cases[_seen(count, QUIET)]
    )


def _seen(count: int, mood: str) -> str:
    return f"{count} cameras {mood}, shard"


def _decoded(count: int, mood: str) -> str:
    return f"{count} cameras {mood}, decoded only"


def _films(folder: Path, count: int) -> dict[str, Path]:
    """Mounts of the RTSP server: cameras where nothing happens, and cameras that always show a person."""
    films = {film.name: film for film in clips.make_clips(ROOT / "var" / "clips")}
    visited = [_people_only(film, folder / f"{film.name}.mp4") for film in list(films.values())[:BUSY_FILMS]]
    quiet = {f"{QUIET}-{number}": films["quiet"].path for number in range(count)}
    return quiet | {f"{BUSY}-{number}": visited[number % len(visited)] for number in range(count)}


def _people_only(film: clips.ClipInfo, path: Path) -> Path:
    """The part of a film with a person in it, from its first key frame on, copied without coding it again."""
    with av.open(str(film.path)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        first: int | None = None
        for packet in _from_key_frame(source.demux(stream), film.empty_s):
            first = packet.pts if first is None else first
            packet.pts -= first
            packet.dts = packet.pts  # these films have no B-frames
            packet.stream = copy
            target.mux(packet)
    return path


def _from_key_frame(packets: Iterator[av.Packet], after_s: float) -> Iterator[av.Packet]:
    """The packets from the first key frame after this time on; the demuxer's empty last one is left out."""
    whole = (packet for packet in packets if packet.pts is not None)
    return dropwhile(lambda packet: not packet.is_keyframe or packet.pts * packet.time_base < after_s, whole)


def _shard(scene: Scene, model: Path) -> Round:
    with running_shard(scene.urls, model, scene.folder, scene.log) as shard:
        shard.wait_online(len(scene.urls))
        time.sleep(SETTLE_S)
        meter, heard = UsageMeter(shard.pid), len(shard.tracks)
        time.sleep(scene.window_s)
        usage, tracks = meter.read(), shard.tracks[heard:]
    delays_ms = [(at - seen.steady) * 1000 for at, seen in tracks if seen.tracks]
    return _used(usage) | {"detections_per_s": len(delays_ms) / usage.window_s} | _delays(delays_ms)


def _delays(delays_ms: list[float]) -> dict[str, float]:
    """Where nobody was seen there is no delay to tell: a figure that is not there, not a nought."""
    if not delays_ms:
        return {}
    return {"latency_p50_ms": percentile(delays_ms, 50), "latency_p95_ms": percentile(delays_ms, 95)}


def _decode_only(scene: Scene) -> Round:
    with _decoding(scene) as process:
        until = time.monotonic() + END_S * 2
        while _pictures(process) < len(scene.urls):
            if time.monotonic() > until:
                raise BenchUnavailableError("the cameras give no pictures")
            time.sleep(0.1)
        time.sleep(SETTLE_S)
        meter, before = UsageMeter(process.pid), _pictures(process)
        time.sleep(scene.window_s)
        usage = meter.read()
        return _used(usage) | {"pictures_per_s": (_pictures(process) - before) / usage.window_s}


def _used(usage: Usage) -> dict[str, float]:
    return {"cpu_pct": usage.cpu_pct, "rss_mb": usage.rss_mb}


@contextmanager
def _decoding(scene: Scene) -> Iterator["subprocess.Popen[str]"]:
    command = python("hil.bench.decode_only", *scene.urls.values())
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=scene.log, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(END_S)


def _pictures(process: "subprocess.Popen[str]") -> int:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return int(process.stdout.readline())
