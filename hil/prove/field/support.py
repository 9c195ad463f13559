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
from edge.control.protocol import BeginCode, ConfirmCode, Done, LogIn
from hil.bench.waiting import came_true
from hil.harness import ROOT, python
from hil.insiders import PASSWORD, make_account
from hil.links import Link
from hil.prove.field import commune
from hil.prove.field.boxes import DATA, Box, provisioned
from hil.prove.field.faults import Figures
from hil.prove.field.laptop import GUEST_KEY
from hil.prove.field.opener import REASON
from hil.prove.field.words import CommandFailedError, said

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
    with province() as host_key, provisioned("support", settings=_table(host_key)) as box, _listening(box):
        figures = {**_opened(box), **_guest(box), **_killed_supervisor(box), **_closed(box), **_time_over(box)}
        figures["lines_in_log"] = " ".join(deed for deed in _deeds(box) if deed in ("begin", "end"))
    missed = [f"{key}={figures.get(key)}" for key, value in MUST.items() if figures.get(key) != value]
    missed += [f"{key}={figures.get(key)}" for key in ("doctor_lines", "journal_lines") if not figures.get(key)]
    return Link("support", not missed, figures, "; ".join(missed))


@contextlib.contextmanager
def province() -> Iterator[str]:
    """A folder for the province's sshd; its host key's public half. It is started on the cable by ``_listening``."""
    folder = _folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o755, parents=True)
    said("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / "host"))
    try:
        yield " ".join((folder / "host.pub").read_text().split()[:2])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return Path("/run/molang-prove-province")


def _table(host_key: str) -> str:
    """The box's [support]."""
    return (
        f'\n[support]\nhost = "10.215.7.1"\nport = {SSH_PORT}\nuser = "{ACCOUNT}"\n'
        f'host_key = "{host_key}"\nlisten = {LISTEN}\n'
    )


@contextlib.contextmanager
def _listening(box: Box) -> Iterator[None]:
    """The province's sshd at the other end of the cable: this box's key may forward this one port, and nothing else."""
    folder, public = _folder(), (box.machine.root / f"{KEY[1:]}.pub").read_text().strip()
    rule = f'restrict,port-forwarding,permitlisten="127.0.0.1:{LISTEN}"'
    (folder / "authorized").write_text(f"{rule} {public}\n")
    (folder / "config").write_text(
        f"Port {SSH_PORT}\nListenAddress {box.cable.laptop}\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/authorized\nPasswordAuthentication no\nAllowUsers {ACCOUNT}\n"
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    sshd = subprocess.Popen(box.cable.on_the_laptop(["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "config")]),
                            stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    try:
        yield
    finally:
        subprocess.run(["pkill", "-f", str(folder / "config")], check=False)
        sshd.kill()
        sshd.wait(10)


def _opened(box: Box) -> Figures:
    """Shut at first; a wrong code opens nothing; a right one does, from the box outwards."""
    shut = _unit(box) != "active" and not box.state().get("support") and not _has_port(box)
    told = _at_the_pages(box, "open", _admin(box))
    return {
        "shut_before": shut,
        "wrong_code_refused": "Mã không đúng" in told["refused"],
        "open_s": round(told["opened_s"], 1),
        "up_s": round(told["up_s"], 1),
        "state": told["open"]["state"],
    }


def _guest(box: Box) -> Figures:
    """What a supporter gets, and what he does not get."""
    stranger = _folder() / "stranger"
    said("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(stranger))
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
        told = _at_the_pages(box, "close")
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
    _at_the_pages(box, "open", _admin(box))
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


def _at_the_pages(box: Box, deed: str, codes: dict[str, Any] | None = None) -> dict[str, Any]:
    words = box.laptop.folder / "admin.json"
    words.write_text(json.dumps(codes))
    authority = box.laptop.folder / "web-ca.pem"
    shutil.copy(box.machine.root / "etc/molang/pki/web-ca.pem", authority)
    command = python("hil.prove.field.opener", f"https://{commune.NAME}", deed, words)
    with box.cable.knows(commune.NAME):
        told = said("env", f"SSL_CERT_FILE={authority}", f"PYTHONPATH={ROOT}", *box.cable.on_the_laptop(command),
                    deadline_s=120.0)  # fmt: skip
    answer: dict[str, Any] = json.loads(told.splitlines()[-1])
    return answer


def _admin(box: Box) -> dict[str, Any]:
    """An admin with a second factor, a new one each time; two of the codes that he has on paper."""
    login = f"{ADMIN}-{time.monotonic_ns()}"
    make_account(box.control, login, f"Chị Hoa {login[-4:]}", "admin", PASSWORD)
    token = str(_value(call(box.control, LogIn(user=login, role="", password=PASSWORD)))["token"])
    who: dict[str, Any] = {"user": login, "role": "admin", "session": token}
    secret = _value(call(box.control, BeginCode(**who, password=PASSWORD)))["secret"]
    papers = _value(call(box.control, ConfirmCode(**who, code=pyotp.TOTP(secret).now())))["paper"]
    return {"login": login, "password": PASSWORD, "codes": papers[:2]}


def _value(reply: object) -> dict[str, Any]:
    if not isinstance(reply, Done):
        raise CommandFailedError(f"the box refuses: {reply}")
    return reply.value


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
