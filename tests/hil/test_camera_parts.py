"""The parts that the cameras bench is made of: meters, bad lines, the reference, what a part says."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from hil.bench.cameras import PARTS, QUICK_PARTS
from hil.bench.eyes.bad_line import NEEDS_ROOT, BadLine, Failing
from hil.bench.eyes.tree import Tree
from hil.bench.reference import FPS, Camera, command, look
from hil.prove.issue_2 import LINES

BUSY = "import time\nwhile time.process_time() < {}: pass\n"
PARENT = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {!r}])\nprint(flush=True)\ninput()\n"
HELLO = b"0123456789"


def test_a_tree_counts_children_that_live_and_those_that_ended() -> None:
    parent = [sys.executable, "-c", PARENT.format(BUSY.format(0.5))]
    with subprocess.Popen(parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        tree = Tree([process.pid])
        time.sleep(0.3)
        alive_s = tree.read().cpu_s
        assert process.stdout is not None
        process.stdout.readline()
        ended_s = tree.read().cpu_s
        process.communicate(b"\n")
    assert 0 < alive_s < ended_s
    assert 0.4 < ended_s < 1.5


def test_memory_of_a_tree_is_that_of_its_processes() -> None:
    mine = Tree([os.getpid()]).pss_mb()
    assert 5 < mine < 4000


@pytest.fixture
def speaking() -> Iterator[int]:
    """A server that greets everybody at once and goes on talking; its port."""
    server = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def talk(peer: socket.socket) -> None:
        with peer:
            while not ending.wait(0.02):
                try:
                    peer.sendall(HELLO)
                except OSError:
                    return

    def accept() -> None:
        while not ending.is_set():
            try:
                peer, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(peer,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield int(server.getsockname()[1])
    ending.set()
    server.close()


def hear(line: BadLine, count: int = len(HELLO), deadline_s: float = 1.0) -> bytes:
    with socket.create_connection(("127.0.0.1", line.port), deadline_s) as peer:
        return more(peer, count, deadline_s)


def more(peer: socket.socket, count: int, deadline_s: float = 1.0) -> bytes:
    data, until = b"", time.monotonic() + deadline_s
    while len(data) < count and (left_s := until - time.monotonic()) > 0:
        peer.settimeout(left_s)
        try:
            piece = peer.recv(count - len(data))
        except OSError:
            break
        if not piece:
            break
        data += piece
    return data


def test_a_line_that_is_well_carries_everything(speaking: int) -> None:
    with BadLine(speaking) as line:
        assert hear(line) == HELLO


def test_a_silent_line_accepts_and_says_nothing(speaking: int) -> None:
    with BadLine(speaking) as line:
        line.become(Failing.SILENT)
        assert hear(line) == b""
        line.become(Failing.WELL)
        assert hear(line) == HELLO


def test_a_stopped_line_stops_who_listens_and_serves_who_comes(speaking: int) -> None:
    with BadLine(speaking) as line, socket.create_connection(("127.0.0.1", line.port)) as peer:
        assert more(peer, 10) == HELLO
        line.become(Failing.STOPPED)
        more(peer, 100_000, 0.3)
        assert more(peer, 1, 0.5) == b""
        assert hear(line) == HELLO


def test_garbage_has_the_same_length_and_other_bytes(speaking: int) -> None:
    with BadLine(speaking) as line:
        line.become(Failing.GARBAGE)
        heard = hear(line, 200)
        assert len(heard) == 200
        assert heard != HELLO * 20


def test_a_trickle_is_a_byte_now_and_then(speaking: int) -> None:
    with BadLine(speaking) as line:
        line.become(Failing.TRICKLE)
        assert 1 <= len(hear(line, 100, 1.2)) <= 4


@pytest.mark.root
@pytest.mark.parametrize("way", sorted(NEEDS_ROOT))
def test_a_lost_network_is_neither_heard_of_nor_closed(speaking: int, way: Failing) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: nft")
    with BadLine(speaking) as line, socket.create_connection(("127.0.0.1", line.port)) as peer:
        assert more(peer, 10) == HELLO
        line.become(way)
        more(peer, 100_000, 0.3)
        assert more(peer, 1, 0.5) == b""
        if way is Failing.HALF_OPEN:
            assert hear(line) == HELLO
        else:
            with pytest.raises(TimeoutError):
                hear(line)
        line.become(Failing.WELL)
        assert hear(line) == HELLO


def test_the_reference_asks_ffmpeg_for_what_the_issue_names() -> None:
    words = " ".join(command("rtsp://127.0.0.1/x"))
    assert "-threads 2" in words
    assert "-r 5 -vf fps=5,scale=640:360 -f rawvideo -pix_fmt yuv420p pipe:" in words


def test_the_reference_sees_a_person_and_no_noise() -> None:
    random = np.random.default_rng(1)
    camera = Camera(subprocess.Popen(["true"]))
    ground = random.integers(60, 180, (18, 32)).repeat(20, 0).repeat(20, 1)
    quiet = [np.clip(ground + random.normal(0, 2, ground.shape), 0, 255).astype(np.uint8) for _ in range(FPS * 4)]
    assert sum(look(camera, picture) for picture in quiet) == 0
    someone = quiet[-1].copy()
    someone[150:300, 300:350] = 10
    assert look(camera, someone)
    camera.process.wait()


def test_every_part_has_a_name_and_a_quick_run_leaves_out_the_long_ones() -> None:
    assert set(QUICK_PARTS) < set(PARTS)
    assert {"hangs", "soak"}.isdisjoint(QUICK_PARTS)


def test_every_line_of_the_proof_says_what_it_shows() -> None:
    assert all(line.__doc__ for line in LINES.values())
