"""How the box is kept: settings as they run, units as they were shipped, backups, updates, accounts, remote support."""

import hashlib
import time
from collections.abc import Iterator, Mapping

import msgspec

from edge.core.account import CODES_DEMANDED
from edge.doctor.finding import Check, Finding, Mark, Patient, Said, fine, marked, none_of
from edge.doctor.store_reading import reading
from edge.kernel.backup_note import BACKUP_NOTE, BackupNote
from edge.kernel.support_files import BOX_KEY, GUESTS, USUAL, wish_in
from edge.release.changing import Change
from edge.release.places import Places
from edge.store.settings_versions import WAITING

BACKUP_WARN_H, BACKUP_BAD_H = 36.0, 24.0 * 7
"""A night may fail; a week of nights is a box that cannot be replaced."""
UNITS, SHIPPED = "etc/systemd/system", "opt/molang/current/systemd"


def settings(patient: Patient) -> Iterator[Finding]:
    """Whether the box ever started with the file as it is, and whether a change waits."""
    cure = Said(
        "So với bản đang chạy ở trang Cấu hình; đúng ý thì khởi động lại hộp.",
        "Compare on the settings page; if it is meant, restart the box.",
    )
    with reading(patient) as reader:
        row = reader.row("SELECT title FROM settings_version WHERE state = ?", WAITING)
    if row is not None:
        said = Said(f"Thay đổi cấu hình đang chờ: {row['title']}.", "A change of the settings waits to be applied.")
        yield Finding("settings", Mark.WARN, said, cure)
        return
    sha = hashlib.sha256(patient.file.read_text("utf-8-sig").encode()).hexdigest()
    ran = (patient.data / "settings" / f"{sha}.toml").is_file()
    said = Said(
        f"{patient.file} {'là bản hộp đang chạy' if ran else 'đã bị sửa mà hộp chưa chạy với bản này'}.",
        f"{patient.file} {'is what the box runs' if ran else 'was changed since the box started'}.",
    )
    yield marked("settings", Mark.OK if ran else Mark.WARN, said, cure)


def shipped_units(patient: Patient) -> Iterator[Finding]:
    """Units that differ from those of the release, and drop-ins that change them."""
    there, ours = patient.root / UNITS, patient.root / SHIPPED
    strange = [
        unit.name
        for unit in sorted(there.glob("molang*.*"))
        if unit.is_file() and (ours / unit.name).is_file() and unit.read_bytes() != (ours / unit.name).read_bytes()
    ]
    strange += [f"{path.parent.name}/{path.name}" for path in sorted(there.glob("molang*.d/*.conf"))]
    well = Said("Tệp dịch vụ đúng như bản phát hành.", "The units are as they were shipped.")
    ill = Said("Tệp dịch vụ khác bản phát hành", "Units differ from the release")
    cure = Said("Chạy lại playbook provision, hoặc ghi lý do vào sổ máy.", "Run the playbook provision, or note why.")
    yield none_of("shipped_units", strange, well, ill, cure)


def backup(patient: Patient) -> Iterator[Finding]:
    """How old the newest backup is."""
    cure = Said(
        "Cắm USB sao lưu, rồi `systemctl start molang-backup`.", "Plug the stick in, then start molang-backup.service."
    )
    try:
        note = msgspec.json.decode((patient.data / BACKUP_NOTE).read_bytes(), type=BackupNote)
    except (OSError, msgspec.DecodeError):
        said = Said("Hộp chưa có bản sao nào.", "There is no backup.")
        yield Finding("backup", Mark.BAD, said, cure)
        return
    age_h = (time.time() - note.made_at_ms / 1000) / 3600
    said = Said(f"Bản sao mới nhất cách đây {age_h:.0f} giờ: {note.file}.", f"The newest backup is {age_h:.0f} h old.")
    mark = Mark.OK if age_h <= BACKUP_WARN_H else Mark.WARN if age_h <= BACKUP_BAD_H else Mark.BAD
    yield marked("backup", mark, said, cure)


def update(patient: Patient) -> Iterator[Finding]:
    """A release on trial, one that went back, one that lies there and waits."""
    places = Places(patient.root / "opt/molang", patient.root / "var/lib/molang-release")
    change = Change(places)
    cure = Said("Xem `molang update status`.", "Look at `molang update status`.")
    pending, history = change.pending(), change.history()
    unused = sorted(set(places.versions()) - {places.current(), places.previous()})
    if pending is not None:
        said = Said(f"Bản {pending.new} đang được thử.", f"Release {pending.new} is on trial.")
    elif history and history[-1].outcome == "went_back":
        last = history[-1]
        said = Said(f"Bản {last.new} không khỏe, đã quay về {last.old}: {last.reason}.", f"{last.new} went back.")
    elif unused:
        said = Said(f"Bản {', '.join(unused)} đã chép vào máy, chưa dùng.", f"Release {', '.join(unused)} waits.")
    else:
        yield fine("update", f"Đang chạy bản {places.current() or 'từ mã nguồn'}.", "No update waits.")
        return
    yield Finding("update", Mark.WARN, said, cure)


def accounts(patient: Patient) -> Iterator[Finding]:
    """People who must prove with a second thing who they are, and cannot; and the box that nobody can manage."""
    demanded = sorted(role.value for role in CODES_DEMANDED)
    question = "SELECT login, role, code_secret IS NULL AS bare FROM account WHERE active = 1"
    with reading(patient) as reader:
        rows = reader.rows(question)
    bare = sorted(row["login"] for row in rows if row["bare"] and row["role"] in demanded)
    if not any(row["role"] == "admin" for row in rows):
        said = Said("Không có tài khoản quản trị nào.", "There is no account of an admin.")
        yield Finding("codes", Mark.WARN, said, Said("`molang users add`.", "`molang users add`."))
    elif bare:
        told = ", ".join(bare)
        said = Said(f"Tài khoản chưa bật mã xác thực hai lớp: {told}.", f"Accounts without a second factor: {told}.")
        cure = Said("Mời họ đăng nhập: trang sẽ dẫn họ bật mã.", "Let them log in: the page leads them through it.")
        yield Finding("codes", Mark.WARN, said, cure)
    else:
        yield fine("codes", "Ai duyệt tin, ai quản trị đều dùng mã hai lớp.", "Leaders and admins use a second factor.")


def support(patient: Patient) -> Iterator[Finding]:
    """Remote support: open now, or set but with nobody who could come in."""
    keys, wishes = (patient.root / place.relative_to("/") for place in (USUAL.keys, USUAL.wishes))
    missing = [name for name in (BOX_KEY, "host_key", "sshd_config", GUESTS) if not (keys / name).is_file()]
    wish = wish_in(wishes)
    if wish is not None:
        left_min = max(0.0, wish.ends_s - patient.hands.clock.steady()) / 60
        said = Said(
            f"Hỗ trợ từ xa đang mở, còn {left_min:.0f} phút: {wish.by}, {wish.reason}.",
            f"Remote support is open for {left_min:.0f} more minutes.",
        )
        cure = Said("Đóng ở trang Hỗ trợ từ xa nếu không cần nữa.", "Shut it on its page when it is not needed.")
        yield Finding("support", Mark.WARN, said, cure)
    elif patient.config.support is not None and missing:
        said = Said(
            f"Có bảng [support] nhưng máy thiếu {', '.join(missing)}: không mở được hỗ trợ từ xa.",
            f"There is [support], but {', '.join(missing)} is missing: support cannot be opened.",
        )
        cure = Said("Điền `support_keys`, chạy lại playbook provision.", "Fill `support_keys`, run provision again.")
        yield Finding("support", Mark.WARN, said, cure)
    else:
        yield fine("support", "Hỗ trợ từ xa đang đóng.", "Remote support is shut.")


LINES: Mapping[str, Check] = {
    "settings": settings,
    "shipped_units": shipped_units,
    "backup": backup,
    "update": update,
    "codes": accounts,
    "support": support,
}
