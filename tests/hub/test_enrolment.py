"""A box becomes a box of the province: real hub, real TLS, a record on SQLite and on PostgreSQL."""

import datetime as dt
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.core.errors import FinalError, MisconfiguredError
from edge.core.moment import ClockState
from edge.hub.enrolment.asking import ask, listed, refuse, standing
from edge.hub.enrolment.authority import load_authority, make_authority
from edge.hub.enrolment.renewing import GRACE_MS, OVERLAP_MS, certificates_of, take_away
from edge.hub.guarded import InTheWayError, NotAllowedError
from edge.kernel.identity import (
    new_key,
    read_certificate,
    request_for,
    serial_of,
)
from edge.kernel.province_time import ProvinceTime
from edge.kernel.tls_time import KnownTime
from edge.kernel.wire.enrolment import ME_PATH, ClaimToken, Me
from edge.sync.enrolment.door import NoAnswerError, SaidNoError
from edge.sync.enrolment.door import ask as ask_door
from edge.sync.enrolment.first import begin, finish
from edge.sync.hub_tls import HubTls
from hil.prove.province.office import DAY_MS, SOMEBODY, SOURCE, YEAR_MS, Box, LyingClock, Office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    async with office.running():
        yield office
    await office.database.close()


@pytest.fixture
def box(tmp_path: Path, office: Office) -> Box:
    return Box(tmp_path / "box", office)


async def who_am_i(box: Box) -> Me:
    return await ask_door(box.office.url + ME_PATH, HubTls(box.hub(), KnownTime(box.clock)).context(), Me)


def serial(box: Box) -> str:
    return serial_of(read_certificate(box.files.pair.read_bytes()))


async def test_a_box_is_enrolled_and_known_by_its_certificate(office: Office, box: Box) -> None:
    token = await office.claim()
    written = ClaimToken.parse(f" {token}\n")
    waiting = await begin(office.enrolment, written, box.files, SOURCE, box.clock)
    (asked,) = await listed(office.database)
    assert asked["fingerprint"] == waiting.fingerprint
    assert not await finish(box.files, SOURCE, box.clock)
    await office.approve_all()
    assert await finish(box.files, SOURCE, box.clock)
    assert (await who_am_i(box)).source == SOURCE
    assert stat.S_IMODE(box.files.pair.stat().st_mode) == 0o600
    assert (box.files.folder / "province-command.pub").read_text().strip() == office.command_key.public_hex


async def test_the_hub_keeps_no_token_and_no_key(office: Office, box: Box) -> None:
    token = await office.claim()
    await begin(office.enrolment, token, box.files, SOURCE, box.clock)
    kept = b"".join(path.read_bytes() for path in office.hub_folder.glob("hub.db*"))
    assert token.secret.hex().encode() not in kept
    assert b"PRIVATE KEY" not in kept


async def test_a_token_is_for_one_key_only_and_the_same_key_may_ask_again(
    office: Office, box: Box, tmp_path: Path
) -> None:
    token = await office.claim()
    await begin(office.enrolment, token, box.files, SOURCE, box.clock)
    await begin(office.enrolment, token, box.files, SOURCE, box.clock)
    assert len(await listed(office.database)) == 1
    thief = Box(tmp_path / "thief", office)
    with pytest.raises(SaidNoError, match="đã dùng"):
        await begin(office.enrolment, token, thief.files, SOURCE, thief.clock)


async def test_an_expired_or_invented_token_is_refused(office: Office, box: Box) -> None:
    token = await office.claim(hours=1)
    office.clock.off_ms = 2 * 3_600_000
    for bad in (token, ClaimToken.new(token.authority_sha256 * 2)):
        with pytest.raises(SaidNoError, match="Mã ghi danh"):
            await begin(office.enrolment, bad, box.files, SOURCE, box.clock)


@pytest.mark.parametrize("slip", ["", "ML1.", "ML1.ABC", "xx"])
def test_a_slip_of_the_pen_is_found_before_anybody_is_asked(slip: str) -> None:
    good = str(ClaimToken.new(b"\1" * 32))
    for text in (slip, good[:-1], good[:10] + ("A" if good[10] != "A" else "B") + good[11:], f"{good}A"):
        with pytest.raises(FinalError, match="chép sai"):
            ClaimToken.parse(text)


async def test_a_hub_of_another_authority_gets_neither_token_nor_request(office: Office, box: Box) -> None:
    token = ClaimToken.new(b"\7" * 32)
    with pytest.raises(FinalError, match="không phải nơi đã cấp mã"):
        await begin(office.enrolment, token, box.files, SOURCE, box.clock)
    assert not await listed(office.database)


async def test_a_refused_box_hears_why_and_has_no_pair(office: Office, box: Box) -> None:
    await begin(office.enrolment, await office.claim(), box.files, SOURCE, box.clock)
    (asked,) = await listed(office.database)
    await refuse(office.database, asked["id"], SOMEBODY, "Dãy số không khớp.", office.now_ms)
    with pytest.raises(FinalError, match="Dãy số không khớp"):
        await finish(box.files, SOURCE, box.clock)
    assert not box.files.pair.exists()
    with pytest.raises(InTheWayError):
        await refuse(office.database, asked["id"], SOMEBODY, "", office.now_ms)


async def test_a_claim_for_another_box_makes_no_identity(office: Office, box: Box) -> None:
    token = await office.claim("/xa/khac/box/1")
    with pytest.raises(FinalError, match="Mã này dành cho /xa/khac/box/1"):
        await begin(office.enrolment, token, box.files, SOURCE, box.clock)


async def test_the_hub_names_the_box_whatever_its_request_says(office: Office) -> None:
    token = await office.claim()
    request = request_for(new_key(), "commander-lan").decode()
    asked = await ask(office.database, token.secret.hex(), request, "", office.now_ms)
    await office.approve_all()
    made = read_certificate((await standing(office.database, asked.id))["pem"].encode())
    assert made.subject.rfc4514_string() == "CN=box-thuong-giang-1"


async def test_a_replaced_box_is_refused_at_once(office: Office, box: Box, tmp_path: Path) -> None:
    await box.enrol()
    await who_am_i(box)
    newer = Box(tmp_path / "newer", office)
    await newer.enrol()
    assert (await who_am_i(newer)).source == SOURCE
    with pytest.raises(SaidNoError, match="đã được thay"):
        await who_am_i(box)


async def test_a_revoked_box_is_refused_and_cannot_renew(office: Office, box: Box) -> None:
    await box.enrol()
    await who_am_i(box)
    assert await take_away(office.database, SOURCE, SOMEBODY, "mất trộm", office.now_ms) == 1
    with pytest.raises(SaidNoError):
        await who_am_i(box)
    box.clock.off_ms = 25 * DAY_MS
    with pytest.raises(SaidNoError):
        await box.renewal().step()


async def test_nothing_is_renewed_before_two_thirds_of_the_life(office: Office, box: Box) -> None:
    await box.enrol()
    await office.grow_old(box, 19)
    before = serial(box)
    assert not await box.renewal().step()
    assert serial(box) == before
    await office.grow_old(box, 20)
    assert await box.renewal().step()
    assert serial(box) != before


async def test_the_old_certificate_holds_until_the_new_one_was_used_and_a_little_longer(
    office: Office, box: Box
) -> None:
    await box.enrol()
    await office.grow_old(box, 21)
    old = box.folder / "old.pem"
    old.write_bytes(box.files.pair.read_bytes())
    await box.renewal().step()
    new = box.files.pair.read_bytes()
    box.files.pair.write_bytes(old.read_bytes())
    await who_am_i(box)
    office.clock.off_ms += OVERLAP_MS + 1_000
    with pytest.raises(SaidNoError, match="mới hơn"):
        await who_am_i(box)
    box.files.pair.write_bytes(new)
    await who_am_i(box)


@pytest.mark.parametrize("cut", ["_fetch_new", "_show_new", "take_over"])
async def test_a_power_cut_at_any_step_of_a_renewal_locks_nobody_out(office: Office, box: Box, cut: str) -> None:
    await box.enrol()
    await office.grow_old(box, 21)
    before = serial(box)
    renewal = box.renewal()
    await renewal._hear_time()
    await renewal._fetch_new()
    if cut == "_fetch_new":  # the answer never came: only the key is there
        box.files.next_pair.unlink()
    if cut == "take_over":  # the hub has seen the new pair, the box does not know it
        kept = box.files.next_pair.read_bytes(), box.files.pair.read_bytes()
        key = (box.files.folder / "province-next.key").read_bytes()
        await renewal._show_new()
        box.files.next_pair.write_bytes(kept[0])
        box.files.pair.write_bytes(kept[1])
        (box.files.folder / "province-next.key").write_bytes(key)
        office.clock.off_ms += OVERLAP_MS * 2
    assert await box.renewal().step()
    assert serial(box) != before
    assert (await who_am_i(box)).source == SOURCE
    assert not box.files.next_pair.exists()


@pytest.mark.parametrize("days_late", [1, 100])
async def test_an_expired_certificate_still_renews_by_the_proof_of_its_key(
    office: Office, box: Box, days_late: int
) -> None:
    await box.enrol()
    await office.grow_old(box, 30 + days_late)
    with pytest.raises(NoAnswerError):
        await who_am_i(box)
    assert await box.renewal().step()
    assert (await who_am_i(box)).source == SOURCE


async def test_after_the_grace_only_a_new_enrolment_helps(office: Office, box: Box) -> None:
    await box.enrol()
    await office.grow_old(box, 31 + GRACE_MS // DAY_MS)
    with pytest.raises(SaidNoError, match="quá lâu"):
        await box.renewal().step()
    await box.enrol()
    await who_am_i(box)


async def test_a_proof_by_another_key_renews_nothing(office: Office, box: Box, tmp_path: Path) -> None:
    await box.enrol()
    thief = Box(tmp_path / "thief", office)
    await thief.enrol()
    pem = box.files.pair.read_bytes()
    other = thief.files.pair.read_bytes()
    begin_at = b"-----BEGIN CERTIFICATE-----"
    box.files.pair.write_bytes(other[: other.index(begin_at)] + pem[pem.index(begin_at) :])
    request = request_for(box.files.next_key(), "box-thuong-giang-1")
    with pytest.raises(SaidNoError, match="không đúng"):
        await box.renewal()._by_proof(office.enrolment, request)


@pytest.mark.parametrize("off_ms", [-YEAR_MS, YEAR_MS])
@pytest.mark.parametrize("state", [ClockState.RTC, ClockState.FLOOR])
async def test_a_box_whose_clock_is_a_year_off_enrols_and_renews_once(
    tmp_path: Path, office: Office, off_ms: int, state: ClockState
) -> None:
    box = Box(tmp_path / "lost", office, clock=LyingClock(off_ms, state))
    await box.enrol()
    assert (await who_am_i(box)).source == SOURCE
    time = ProvinceTime()
    assert not await box.renewal(time).step(), "its own clock says expired, or not yet valid; the hub's time counts"
    await office.grow_old(box, 21)
    before = serial(box)
    assert await box.renewal(time).step()
    assert serial(box) != before
    assert not await box.renewal(time).step()


async def test_a_set_clock_judges_the_hub_as_usual(tmp_path: Path, office: Office) -> None:
    box = Box(tmp_path / "set", office)
    await box.enrol()
    box.clock.off_ms = -2 * YEAR_MS
    with pytest.raises(NoAnswerError, match="Chứng thư của tỉnh không đúng"):
        await who_am_i(box)


async def test_a_certificate_that_ended_before_ours_began_is_never_believed(tmp_path: Path) -> None:
    office = Office(tmp_path)
    async with office.running():
        box = Box(tmp_path / "box", office, clock=LyingClock(-YEAR_MS, ClockState.FLOOR))
        await box.enrol()
    stale = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    office.certificates = office.server_pair("stale", stale)
    async with office.running():
        with pytest.raises(NoAnswerError, match="Chứng thư của tỉnh không đúng"):
            await who_am_i(box)
    await office.database.close()


async def test_a_renewed_pair_is_used_without_a_restart(office: Office, box: Box) -> None:
    tls = HubTls(box.hub(), KnownTime(box.clock))
    with pytest.raises(Exception, match="chưa ghi danh"):
        tls.context()
    await box.enrol()
    first = tls.context()
    assert tls.context() is first
    await office.grow_old(box, 21)
    await box.renewal().step()
    assert tls.context() is not first


async def test_what_boxes_were_given_can_be_listed(office: Office, box: Box) -> None:
    await box.enrol()
    await who_am_i(box)
    (given,) = await certificates_of(office.database, SOURCE)
    assert (given["serial"], given["epoch"], given["over_at_ms"]) == (serial(box), 1, None)
    assert given["used_at_ms"]


async def test_the_same_on_postgresql(tmp_path: Path, new_postgres_url: str) -> None:
    office = Office(tmp_path, new_postgres_url)
    async with office.running():
        box = Box(tmp_path / "box", office)
        await box.enrol()
        await who_am_i(box)
        await office.grow_old(box, 21)
        assert await box.renewal().step()
        newer = Box(tmp_path / "newer", office)
        await newer.enrol()
        with pytest.raises(SaidNoError):
            await who_am_i(box)
        with pytest.raises(NotAllowedError):
            await ask(office.database, "0" * 32, request_for(new_key(), "x").decode(), "", office.now_ms)
    await office.database.close()


def test_the_key_of_the_authority_is_private_and_may_be_sealed(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    make_authority(tmp_path / "ca", "Tỉnh", now, "mật khẩu dài")
    assert b"ENCRYPTED" in (tmp_path / "ca" / "ca.key").read_bytes()
    load_authority(tmp_path / "ca", "mật khẩu dài")
    for wrong in ("", "sai"):
        with pytest.raises(MisconfiguredError, match="mật khẩu"):
            load_authority(tmp_path / "ca", wrong)
    with pytest.raises(MisconfiguredError, match="đã có khóa gốc"):
        make_authority(tmp_path / "ca", "Tỉnh", now)
    (tmp_path / "ca" / "ca.key").chmod(0o644)
    with pytest.raises(MisconfiguredError, match="chmod 600"):
        load_authority(tmp_path / "ca", "mật khẩu dài")
