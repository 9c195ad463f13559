"""`molang read` as a person and as a script run it: a real process, bytes in, bytes out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.reading import lines_of, read_lines

MOLANG = [sys.executable, "-m", "edge", "read"]
LATIN = os.environ | {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}


def _run(*words: str, given: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*MOLANG, *words], input=given, capture_output=True, env=env, check=False, timeout=60)


def _lines(given: list[object]) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in given)


def _answers(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.decode().splitlines()]


def test_a_text_is_printed_as_spoken_whatever_the_locale() -> None:
    done = _run("Họp lúc 7h30", env=dict(LATIN))
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, "họp lúc bảy giờ ba mươi phút\n", b"")


def test_a_text_with_an_unread_token_ends_with_one_and_names_it() -> None:
    done = _run(given="Mời CT họp".encode())
    assert done.returncode == 1
    assert "'CT' ở vị trí 4 (có thể là: chủ tịch" in done.stdout.decode()


def test_ids_of_any_type_come_back_as_they_are() -> None:
    ids: list[object] = ["a", 7, 7.5, None, True, {"x": [1]}, [1, "ạ"]]
    done = _run("--jsonl", given=_lines([{"id": one, "text": "Họp 7h"} for one in ids]), env=dict(LATIN))
    assert done.returncode == 0
    assert [answer["id"] for answer in _answers(done.stdout)] == ids
    assert all(answer["spoken"] == "họp bảy giờ" and answer["unread"] == [] for answer in _answers(done.stdout))


def test_a_refused_text_has_no_words_and_is_no_fault() -> None:
    done = _run("--jsonl", given=_lines([{"id": 1, "text": "gửi CT xã Đông lúc 25h70"}]))
    assert done.returncode == 0
    (answer,) = _answers(done.stdout)
    assert answer["spoken"] is None
    assert [one["token"] for one in answer["unread"]] == ["25h70"]


BAD = [
    b"{",
    b'{"id": 1}',
    b'{"id": 1, "text": 5}',
    b"[1]",
    b'"x"',
    b'{"id": 1, "text": "\xff"}',
    b"[" * 100_000,
    b'{"text": "' + b"a" * 1_100_000 + b'"}',
]


@pytest.mark.parametrize("bad", BAD, ids=[repr(one[:24]) for one in BAD])
def test_a_bad_line_is_named_and_costs_no_other(bad: bytes) -> None:
    good = _lines([{"id": 1, "text": "một"}])
    given, out = io.BytesIO(b"\xef\xbb\xbf" + good + b"\n" + bad + b"\n" + good), io.BytesIO()
    told: list[str] = []
    ((name, lines),) = lines_of([], given)
    assert not read_lines(lines, out, told.append, south=False, name=name)
    assert [answer["spoken"] for answer in _answers(out.getvalue())] == ["một", "một"]
    assert [sentence.partition(": ")[0] for sentence in told] == ["Dòng 3"]


def test_a_text_that_is_too_long_is_refused_with_its_reason() -> None:
    done = _run("--jsonl", given=_lines([{"id": 1, "text": "ạ" * 70_000}, {"id": 2, "text": "một"}]))
    first, second = _answers(done.stdout)
    assert (first["spoken"], second["spoken"], done.returncode) == (None, "một", 0)
    assert "64 KiB" in str(first["error"])


def test_half_a_surrogate_pair_comes_back_as_an_escape() -> None:
    done = _run("--jsonl", given=b'{"id": "\\ud800", "text": "\\ud800"}\n')
    assert done.returncode == 0
    assert done.stdout.startswith(b'{"id": "\\ud800"')


def test_files_are_read_one_after_the_other_and_named_in_complaints(tmp_path: Path) -> None:
    one, two = tmp_path / "một.jsonl", tmp_path / "hai.jsonl"
    one.write_bytes(_lines([{"id": 1, "text": "một"}]) + b"?\n")
    two.write_bytes(_lines([{"id": 2, "text": "hai"}]).rstrip())
    done = _run("--jsonl", str(one), str(two))
    assert [answer["id"] for answer in _answers(done.stdout)] == [1, 2]
    assert f"{one}: Dòng 2: " in done.stderr.decode()
    assert _run("--jsonl", str(tmp_path / "không có")).returncode != 0


def test_each_answer_comes_before_the_next_question() -> None:
    with subprocess.Popen([*MOLANG, "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(_lines([{"id": number, "text": "7h"}]))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(10) == 0


def test_the_south_is_an_option() -> None:
    assert _run("--south", "1.004 hộ").stdout.decode() == "một ngàn không trăm lẻ bốn hộ\n"
