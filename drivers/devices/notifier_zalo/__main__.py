"""Puts the refresh token of an authorisation into the token file, while the box runs.

    python -m drivers.devices.notifier_zalo --token-file /var/lib/molang/keys/zalo.json

asks for it without showing it; with --spare it goes beside the one in use, as the second chance after a crash.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

import msgspec

from drivers.base import DriverError, MisconfiguredDriverError
from drivers.devices.notifier_zalo.tokens import TokenFile, Tokens


def main() -> int:
    """0 when it is on the disk."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--spare", action="store_true")
    given = parser.parse_args()
    token = (getpass.getpass("Mã làm mới (refresh token): ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    try:
        put(TokenFile(given.token_file), token, spare=given.spare)
    except (DriverError, msgspec.ValidationError) as error:
        sys.stderr.write(f"Không ghi được: {error}\n")
        return 1
    sys.stderr.write("Đã ghi. Hộp dùng mã này ở lần gửi sau, không cần khởi động lại.\n")
    return 0


def put(file: TokenFile, refresh_token: str, *, spare: bool = False) -> None:
    """A new authorisation in place of the old one, or beside it."""
    with file.locked():
        if spare:
            tokens = msgspec.structs.replace(file.read(), spare=refresh_token)
        else:
            tokens = Tokens(refresh_token=refresh_token, spare=_spare_of(file))
        file.save(msgspec.convert(msgspec.to_builtins(tokens), Tokens))


def _spare_of(file: TokenFile) -> str:
    try:
        return file.read().spare
    except MisconfiguredDriverError:  # none yet, or a broken one: it is replaced
        return ""


if __name__ == "__main__":
    sys.exit(main())
