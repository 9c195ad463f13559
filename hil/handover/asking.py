"""The technician at the terminal: what only a person can do or judge."""

from dataclasses import dataclass
from typing import Protocol

import click


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said: yes, no, or nobody was there."""

    yes: bool
    asked: bool = True
    remark: str = ""


class Asker(Protocol):
    """Whoever stands beside."""

    def judge(self, question: str) -> Answer:
        """Yes or no, with a remark when it is no."""

    def do(self, what: str) -> Answer:
        """Let something be done by hand; back when it is done."""

    def code(self, login: str) -> str:
        """The second factor of this account."""


class Terminal:
    """See Asker."""

    def judge(self, question: str) -> Answer:
        """See Asker."""
        if click.prompt(f"  {question}", type=click.Choice(["c", "k"]), prompt_suffix=" c = có, k = không: ") == "c":
            return Answer(yes=True)
        return Answer(yes=False, remark=click.prompt("  Ghi lại điều thấy", default="", show_default=False)[:300])

    def do(self, what: str) -> Answer:
        """See Asker."""
        click.prompt(f"  {what}; xong thì bấm Enter", default="", show_default=False)
        return Answer(yes=True)

    def code(self, login: str) -> str:
        """See Asker."""
        answer: str = click.prompt(f"  Mã xác thực của {login}")
        return answer.strip()


class Nobody:
    """See Asker: nobody stands beside, and nothing is judged for him."""

    def judge(self, question: str) -> Answer:  # noqa: ARG002 - see Asker
        """See Asker."""
        return Answer(yes=False, asked=False, remark="không có người để hỏi")

    def do(self, what: str) -> Answer:
        """See Asker."""
        return self.judge(what)

    def code(self, login: str) -> str:
        """See Asker."""
        raise click.ClickException(f"{login} cần mã xác thực: hãy chạy ở cửa sổ lệnh, không dùng --unattended.")
