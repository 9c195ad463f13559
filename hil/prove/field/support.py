"""Remote support on a booted box: opened by an admin, entered over a real sshd of the province, ended by everything."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp

from edge.control.client import call
from edge.control.protocol import BeginCode, ConfirmCode, LogIn
from hil.bench.waiting import came_true
from hil.insiders import PASSWORD, done, make_account
from hil.links import Link
from hil.prove.field.boxes import DATA, Box, provisioned
from hil.prove.field.cable import Cable
from hil.prove.field.faults import Figures
from hil.prove.field.laptop import GUEST_KEY
from hil.prove.field.opener import REASON
from hil.prove.field.words import CommandFailedError, said
from hil.ssh_host import SshHost, new_key, ssh_host
from hil.toml_text import table

PROVINCE = Path("/run/molang-prove-province")
LISTEN, SSH_PORT = 43001, 2222
ACCOUNT, ADMIN = "nobody", "quan-tri"
GUEST_S, END_S, SHORT_S = 30.0, 20.0, 8
STORE, SETTINGS, KEY = "/var/lib/molang/molang.db", "/etc/molang/molang.toml", "/etc/molang-release/support/box_key"
MUST: Figures = {
    "shut_before": True,
    "wrong_code_refused": True,
    "state": "up",
    "stranger_in": False,
    "guest": "molang-guest",
    "store_read": False,
    "settings_read": False,
    "key_read": False,
    "recorder_stopped": False,
    "asked_the_bus": False,
    "forged_a_line": False,
    "became_root": False,
    "stopped_a_unit": False,
    "networks": "lo",
    "without_terminal": False,
    "sessions_seen": 1,
    "typed_in_log": True,
    "survived_the_supervisor": True,
    "wall_closed": True,
    "session_cut": True,
    "shut_after": True,
    "time_over_without_us": True,
    "session_cut_by_time": True,
    "lines_in_log": "begin end begin end",
}
ENDS = 2


def support() -> Link:
    """Issue 7: support from afar only when an admin opens it: outwards, bounded, seen, without rights, written down."""
    shutil.rmtree(PROVINCE, ignore_errors=True)  # of a run that was cut
    with ssh_host(PROVINCE, Cable.laptop, SSH_PORT, LISTEN, ACCOUNT) as host, \
            provisioned("support", settings=_table(host)) as box:  # fmt: skip
        _start(host, box)
        figures = {**_opened(box), **_guest(box), **_killed_supervisor(box), **_closed(box), **_time_over(box)}
        figures["lines_in_log"] = " ".join(deed for deed in _deeds(box) if deed in ("begin", "end"))
    missed = [f"{key}={figures.get(key)}" for key, value in MUST.items() if figures.get(key) != value]
    missed += [f"{key}={figures.get(key)}" for key in ("doctor_lines", "journal_lines") if not figures.get(key)]
    return Link("support", not missed, figures, "; ".join(missed))


def _table(host: SshHost) -> str:
    """The box's [support]."""
    return table("support", {"host": host.address, "port": host.port, "user": host.user, "host_key": host.host_key,
                             "listen": host.listen})  # fmt: skip


def _start(host: SshHost, box: Box) -> None:
    """On the far end of the cable: this box's key may forward this one port."""
    host.allow((box.machine.root / f"{KEY[1:]}.pub").read_text().strip())
    host.where = box.cable.on_the_laptop([])
    host.start()


def _opened(box: Box) -> Figures:
    """Shut at first; a wrong code opens nothing; a right one does, from the box outwards."""
    shut = _unit(box) != "active" and not box.state().get("support") and not _has_port(box)
    told = box.people("opener", "open", _admin(box))
    return {
        "shut_before": shut,
        "wrong_code_refused": "Mã không đúng" in told["refused"],
        "open_s": round(told["opened_s"], 1),
        "up_s": round(told["up_s"], 1),
        "state": told["open"]["state"],
    }


def _guest(box: Box) -> Figures:
    """What a supporter gets, and what he does not get."""
    stranger = PROVINCE / "stranger"
    new_key(stranger)
    came_true(lambda: _ran(box, "test -s /run/molang-doctor/doctor.txt; echo $?").endswith("0"), GUEST_S, 1.0)
    return {
        "stranger_in": "molang-guest" in _ran(box, "id -un", stranger),
        "guest": _ran(box, "id -un"),
        "store_read": _is_done(box, f"head -c 16 {STORE}"),
        "settings_read": _is_done(box, f"head -c 16 {SETTINGS}"),
        "key_read": _is_done(box, f"head -c 16 {KEY} || cat /run/credentials/*/*"),
        "recorder_stopped": _is_done(box, "pkill -STOP -u ho-tro || pkill -STOP -f '[s]upport door'"),
        "asked_the_bus": _is_done(box, "systemctl status molang.service"),
        "forged_a_line": _is_done(box, "test -S /run/molang/support-input.sock"),
        "became_root": _is_done(box, "sudo -n true || su -c true </dev/null"),
        "stopped_a_unit": _is_done(box, "systemctl --no-ask-password stop molang-web.service"),
        "networks": _ran(box, "tail -n +3 /proc/net/dev | cut -d: -f1 | xargs"),
        "doctor_lines": int(_ran(box, "wc -l < /run/molang-doctor/doctor.txt")),
        "journal_lines": int(_ran(box, "journalctl --quiet --lines=20 --unit=molang.service | wc -l")),
        "without_terminal": "guest" in _said_by(box, ["-T"], "id -un"),
    }


def _killed_supervisor(box: Box) -> Figures:
    """It goes on while the supervisor is away, and stands on the wall again afterwards."""
    box.machine.said("systemctl", "kill", "--kill-whom=main", "--signal=SIGKILL", "molang.service")
    back = came_true(lambda: (box.state().get("support") or {}).get("reason") == REASON, 90.0)
    return {"survived_the_supervisor": back and _ran(box, "id -un") == "molang-guest"}


def _closed(box: Box) -> Figures:
    """Somebody is inside; the wall says so; whoever stands before it presses the button."""
    with _session(box) as session:
        seen = came_true(lambda: (box.state().get("support") or {}).get("sessions") == 1, GUEST_S)
        typed = came_true(lambda: "tail -f /dev/null" in _typed(box), GUEST_S)
        told = box.people("opener", "close")
        cut = came_true(lambda: session.poll() is not None, END_S)
    shut = came_true(lambda: _unit(box) == "inactive" and not _has_port(box), END_S)
    return {
        "sessions_seen": 1 if seen else 0,
        "typed_in_log": typed,
        "close_s": round(told["took_s"], 1),
        "wall_closed": told["open"] is None,
        "session_cut": cut,
        "shut_after": shut and not box.state().get("support"),
        "typed_lines": len(_typed(box)),
    }


def _time_over(box: Box) -> Figures:
    """The end is not ours: the supervisor stands still (SIGSTOP), and a wish of a few seconds ends all the same."""
    box.people("opener", "open", _admin(box))
    box.machine.said("systemctl", "kill", "--signal=SIGSTOP", "molang.service")
    try:
        folder, short = "/run/molang", str(SHORT_S)
        again = f"cp {folder}/support.json /tmp/w; systemctl stop molang-support; cp /tmp/w {folder}/support.json"
        box.machine.said("sh", "-euc", f"{again}; echo {short} > {folder}/support.term")
        came_true(lambda: _has_port(box), END_S)
        with _session(box) as session:
            over = came_true(lambda: _unit(box) == "inactive", SHORT_S + END_S)
            cut = came_true(lambda: session.poll() is not None, END_S)
        gone = box.machine.said("ls", folder).split()
    finally:
        box.machine.said("systemctl", "kill", "--signal=SIGCONT", "molang.service")
    came_true(lambda: _deeds(box).count("end") == ENDS, END_S)
    return {"time_over_without_us": over and "support.term" not in gone, "session_cut_by_time": cut}


def _admin(box: Box) -> Path:
    """An admin with a second factor, a new one each time; a file with two of the codes that he has on paper."""
    login = f"{ADMIN}-{time.monotonic_ns()}"
    make_account(box.control, login, f"Chị Hoa {login[-4:]}", "admin", PASSWORD)
    token = str(done(call(box.control, LogIn(user=login, role="", password=PASSWORD)))["token"])
    who: dict[str, Any] = {"user": login, "role": "admin", "session": token}
    secret = done(call(box.control, BeginCode(**who, password=PASSWORD)))["secret"]
    papers = done(call(box.control, ConfirmCode(**who, code=pyotp.TOTP(secret).now())))["paper"]
    words = box.laptop.folder / "admin.json"
    words.write_text(json.dumps({"login": login, "password": PASSWORD, "codes": papers[:2]}))
    return words


def _unit(box: Box) -> str:
    return box.machine.shown("molang-support.service", "ActiveState")


def _has_port(box: Box) -> bool:
    """Whether the box's port is open at the province."""
    told = said(*box.cable.on_the_laptop(["ss", "-Hltn", f"sport = :{LISTEN}"]))
    return str(LISTEN) in told


def _deeds(box: Box) -> list[str]:
    rows = _rows(box, "SELECT action FROM audit WHERE action LIKE 'support.%' ORDER BY seq")
    return [action.removeprefix("support.") for (action,) in rows]


def _typed(box: Box) -> list[str]:
    return [words for (words,) in _rows(box, "SELECT detail FROM audit WHERE action = 'support.typed' ORDER BY seq")]


def _rows(box: Box, question: str) -> list[tuple[str]]:
    store = box.machine.root / DATA / "molang.db"
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        return connection.execute(question).fetchall()


def _way(box: Box, key: Path | None, *options: str) -> list[str]:
    words = [*("ssh", "-F", "none", "-i", str(key or box.laptop.folder / GUEST_KEY), "-p", str(LISTEN), *options),
             *("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no"),
             *("-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "ho-tro@127.0.0.1")]  # fmt: skip
    return box.cable.on_the_laptop(words)


def _ran(box: Box, command: str, key: Path | None = None) -> str:
    """What a guest sees of one command on his terminal."""
    return _said_by(box, ["-tt"], command, key)


def _said_by(box: Box, options: list[str], command: str, key: Path | None = None) -> str:
    done = subprocess.run([*_way(box, key, *options), command], capture_output=True, text=True, timeout=GUEST_S,
                          stdin=subprocess.DEVNULL, check=False)  # fmt: skip
    return done.stdout.strip()


def _is_done(box: Box, command: str) -> bool:
    """Whether a guest's command ends well; that it was run at all is seen by its last word."""
    told = _ran(box, f"({command}) >/dev/null 2>&1; echo ket-thuc $?")
    if "ket-thuc" not in told:
        raise CommandFailedError(f"no session for {command!r}: {told!r}")
    return told.endswith("ket-thuc 0")


@contextlib.contextmanager
def _session(box: Box) -> Iterator["subprocess.Popen[bytes]"]:
    """A guest who sits there and types."""
    session = subprocess.Popen(_way(box, None, "-tt"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    assert session.stdin is not None
    try:
        time.sleep(3)
        session.stdin.write(b"tail -f /dev/null\r")
        session.stdin.flush()
        yield session
    finally:
        session.kill()
        session.wait(10)
