"""``molang sync dead``: events that the province refused or that must not leave; and sending them again."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from edge.config import load
from edge.config.option import CONFIG
from edge.config.schema import Config
from edge.control.client import call
from edge.control.protocol import Refused, SendDeadAgain
from edge.core.errors import FinalError
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.kernel.clock import SystemClock
from edge.store.ballast import open_journal
from edge.store.dead_letters import MOST_SHOWN, dead_letter, dead_letters, send_again, withheld
from edge.store.outbox import backlog
from edge.store.reader import Reader
from edge.sync.stick_cli import ROLE, USER, box_runs, control_of

DEADLINE_S = 30.0
T = TypeVar("T")
JSON = click.option("--json", "as_json", is_flag=True, help="In JSON.")


@click.group()
def dead() -> None:
    """Thư chết: tin tỉnh không nhận hoặc không được rời xã; vì sao, và gửi lại."""


@dead.command("list")
@CONFIG
@JSON
def list_them(config_path: Path, as_json: bool) -> None:
    """Liệt kê thư chết, mới nhất trước; trường nào bị giữ lại vì không có trong danh sách được rời xã."""
    found = _ask(load(config_path), listed)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found["letters"]:
        click.echo(f"{one['id']:<14} {_time(one['at_ms'])}  {one['type']} {one['subject']}: {one['reason']}")
    for one in found["withheld"]:
        click.echo(f"Giữ lại trường “{one['field']}” của {one['type']}: {one['count']} lần.")
    click.echo(f"{found['dead']} thư chết." + (f" Trên đây là {MOST_SHOWN} thư mới nhất." if found["more"] else ""))


@dead.command()
@CONFIG
@click.argument("name", metavar="ID")
def show(config_path: Path, name: str) -> None:
    """In cả một thư chết, kể cả những trường không rời xã."""
    click.echo(
        json.dumps(asdict(_ask(load(config_path), partial(dead_letter, name=name))), ensure_ascii=False, indent=1)
    )


@dead.command("send-again")
@CONFIG
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Mọi thư chết, cũ nhất trước, mỗi lần nhiều nhất 1000.")
def again(config_path: Path, names: tuple[str, ...], everything: bool) -> None:
    """Xếp thư chết vào cuối hàng chờ để gửi lại; ghi vào nhật ký."""
    if bool(names) == everything:
        raise click.UsageError("Nêu số của thư, hoặc --all.")
    count = _send_again(load(config_path), names)
    click.echo(f"{count} thư chết chờ gửi lại.")


def listed(connection: sqlite3.Connection) -> dict[str, Any]:
    """Everything of the list as plain values, as ``--json`` prints it and a page may show it."""
    letters, count = dead_letters(connection), backlog(connection).dead
    return {
        "dead": count,
        "more": count > len(letters),
        "letters": [asdict(one) for one in letters],
        "withheld": [asdict(one) for one in withheld(connection)],
    }


def _ask(config: Config, question: Callable[[sqlite3.Connection], T]) -> T:
    with closing(Reader(Path(config.commune.data) / "molang.db")) as reader:
        reader.connection.row_factory = None
        return question(reader.connection)


def _send_again(config: Config, names: Sequence[str]) -> int:
    """Through the running box, for only one may write its database; else by ourselves."""
    control = control_of(config)
    if not box_runs(control):
        return asyncio.run(_alone(config, names))
    answer = call(control, SendDeadAgain(user=USER, role=ROLE, ids=tuple(names)), DEADLINE_S)
    if isinstance(answer, Refused):
        raise FinalError(answer.reason)
    return int(answer.value["sent"])


async def _alone(config: Config, names: Sequence[str]) -> int:
    journal = await open_journal(Path(config.commune.data) / "molang.db", SystemClock())
    try:
        return await journal.record(lambda tx: send_again(tx, names or None, USER, ROLE))
    finally:
        journal.close()


def _time(at_ms: int) -> str:
    return f"{local(AtMs(at_ms)):%d/%m/%Y %H:%M}"
