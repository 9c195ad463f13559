import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edge.core.broadcast import AckState, MediaRef, Operation
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.speech import Sha256
from edge.kernel.file_hash import sha256_of
from edge.kernel.wire.node import NodeSetup
from edge.node.cache import MEGABYTE, ClipCache
from edge.workers.player.fake_card import FakeCard
from tests.node.bench import Bench, Media

Tones = Callable[[float], bytes]


async def test_a_broken_download_goes_on_where_it_broke(bench: Bench, media: Media, tones: Tones) -> None:
    media.cut_after = 1500
    await bench.prepared(tones(1.0))
    assert media.ranges == ["", "bytes=1500-"]


async def test_a_clip_on_the_disk_is_not_fetched_again(bench: Bench, media: Media, tones: Tones) -> None:
    ref = await bench.prepared(tones(0.2))
    assert (await bench.end_of(await bench.order(Operation.PREPARE, ref))).state is AckState.READY
    assert len(media.ranges) == 1


async def test_a_play_without_its_prepare_fetches_the_clip(bench: Bench, tones: Tones) -> None:
    order = await bench.order(Operation.PLAY, bench.clip(tones(0.2)))
    assert (await bench.end_of(order)).state is AckState.DONE


async def test_a_clip_with_the_wrong_content_is_refused(bench: Bench, media: Media, tones: Tones) -> None:
    ref = bench.clip(tones(0.2))
    media.files[ref.sha256] = bytes(ref.bytes)
    end = await bench.end_of(await bench.order(Operation.PREPARE, ref))
    assert end.state is AckState.FAILED
    assert ref.sha256[:12] in end.err


async def test_a_clip_longer_than_promised_is_refused(bench: Bench, media: Media, tones: Tones) -> None:
    ref = bench.clip(tones(0.2))
    media.files[ref.sha256] += bytes(MEGABYTE)
    end = await bench.end_of(await bench.order(Operation.PREPARE, ref))
    assert end.state is AckState.FAILED


async def test_a_clip_that_the_box_does_not_have_fails(bench: Bench, tones: Tones) -> None:
    ref = replace(bench.clip(tones(0.2)), sha256=Sha256("0" * 64))
    end = await bench.end_of(await bench.order(Operation.PREPARE, ref))
    assert end.state is AckState.FAILED
    assert "404" in end.err


async def test_a_clip_that_the_disk_has_spoilt_is_fetched_again(
    bench: Bench, setup: NodeSetup, media: Media, card: FakeCard, tones: Tones
) -> None:
    ref = await bench.prepared(tones(0.2))
    stored = Path(setup.data_folder) / "clips" / f"{ref.sha256}.opus"
    stored.write_bytes(os.urandom(ref.bytes))
    assert (await bench.end_of(await bench.order(Operation.PLAY, ref))).state is AckState.DONE
    assert sha256_of(stored) == ref.sha256
    assert len(media.ranges) == 2


def put(cache: ClipCache, name: str, used_at: int) -> MediaRef:
    ref = MediaRef(Sha256(name * 64), MEGABYTE, 1000)
    cache.path(ref.sha256).write_bytes(bytes(MEGABYTE))
    os.utime(cache.path(ref.sha256), (used_at, used_at))
    return ref


def test_the_clip_used_longest_ago_goes_first_and_a_pinned_one_never(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 3)
    pinned, old, new = put(cache, "a", 100), put(cache, "b", 200), put(cache, "c", 300)
    cache.pin([pinned], AtMs(10_000), AtMs(0))
    cache.make_room(MEGABYTE)
    assert [cache.path(ref.sha256).exists() for ref in (pinned, old, new)] == [True, False, True]


def test_a_cache_full_of_pinned_clips_refuses_more(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 1)
    cache.pin([put(cache, "a", 100)], AtMs(10_000), AtMs(0))
    with pytest.raises(FinalError, match="không còn chỗ"):
        cache.make_room(1)


def test_a_pin_ends_with_its_order(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 1)
    cache.pin([put(cache, "a", 100)], AtMs(10_000), AtMs(0))
    cache.pin([], AtMs(0), AtMs(10_001))
    cache.make_room(1)
