"""Requests about sound that people bring."""

from typing import Any, Protocol

from edge.control import protocol as asked
from edge.control.server import Handler


class Bank(Protocol):
    """The recorded voice bank, as people use it."""

    async def prompts(self) -> dict[str, Any]:
        """What is to be recorded, and what is recorded."""
        ...

    async def keep(self, key: str, upload: str, user: str, role: str) -> dict[str, Any]:
        """Make a brought file the recording of a prompt."""
        ...

    async def say(self, text: str) -> dict[str, Any]:
        """Speak a sentence from the bank."""
        ...


class Uploads(Protocol):
    """Brought recordings for bulletins."""

    async def ask(self, request: asked.UploadRecording) -> None:
        """Queue one."""
        ...


def sound_handlers(bank: Bank, uploads: Uploads) -> dict[type, Handler]:
    """The part of the control server's table that is about sound."""

    async def get_bank(_: asked.GetBank) -> dict[str, Any]:
        return await bank.prompts()

    async def keep(request: asked.KeepPrompt) -> dict[str, Any]:
        return await bank.keep(request.key, request.upload, request.user, request.role)

    async def say(request: asked.TryBank) -> dict[str, Any]:
        return await bank.say(request.text)

    async def upload(request: asked.UploadRecording) -> dict[str, Any]:
        await uploads.ask(request)
        return {"id": request.upload}

    return {asked.GetBank: get_bank, asked.KeepPrompt: keep, asked.TryBank: say, asked.UploadRecording: upload}
