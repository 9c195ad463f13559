"""A token of an official, by PKCS#11 (OASIS PKCS #11 3.0): found by its label, opened by one try of the PIN."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from pkcs11.constants import Attribute, ObjectClass, TokenFlag
from pyhanko.sign.pkcs11 import PKCS11Signer

from edge.core.errors import FinalError, MisconfiguredError, TransientError


@dataclass(frozen=True, slots=True)
class Place:
    """Where the key is. ``last_try``: also when one wrong PIN more locks the token."""

    module: Path
    token: str
    key: str
    last_try: bool = False


@contextmanager
def opened(place: Place, pin: str) -> Iterator[PKCS11Signer]:
    """A signer with the key and every certificate of the token, while inside.

    The PIN is tried once, never again by itself: tokens lock after few wrong ones. Raises MisconfiguredError for a
    module, a token or a key that is not there, FinalError for a wrong PIN and a locked token.
    """
    token = _found(place)
    _may_be_tried(token, last_try=place.last_try)
    try:
        session = token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as cause:
        raise FinalError("Mã PIN sai. Đã thử một lần và không thử lại: nhiều lần sai thì thiết bị tự khoá.") from cause
    except pkcs11.PinLocked as cause:
        raise FinalError(_LOCKED) from cause
    except pkcs11.PKCS11Error as cause:
        raise TransientError(f"Thiết bị ký không mở được: {_name(cause)}.") from cause
    with session:
        yield _signer(session, place.key)


_LOCKED = "Thiết bị ký đã bị khoá vì nhập sai mã PIN nhiều lần: hãy nhờ nơi cấp mở khoá."


def _found(place: Place) -> pkcs11.Token:
    try:
        library = pkcs11.lib(str(place.module))
        tokens = list(library.get_tokens(token_label=place.token))
    except (pkcs11.PKCS11Error, RuntimeError) as cause:
        raise MisconfiguredError(f"Không dùng được thư viện PKCS#11 {place.module}: {_name(cause)}.") from cause
    if len(tokens) != 1:
        many = f"có {len(tokens)} thiết bị ký cùng tên" if tokens else "không thấy thiết bị ký nào tên"
        raise MisconfiguredError(f"{many[0].upper()}{many[1:]} {place.token!r}. Thiết bị đã cắm chưa?")
    return tokens[0]


def _may_be_tried(token: pkcs11.Token, *, last_try: bool) -> None:
    flags = TokenFlag(token.flags)
    if flags & TokenFlag.USER_PIN_LOCKED:
        raise FinalError(_LOCKED)
    if flags & TokenFlag.USER_PIN_FINAL_TRY and not last_try:
        raise FinalError(
            "Thiết bị ký chỉ còn một lần thử mã PIN: sai nữa là khoá. Chắc chắn thì chạy lại với --last-try."
        )


def _signer(session: pkcs11.Session, label: str) -> PKCS11Signer:
    """The key by its label; its certificate by the same id, as makers of tokens write them, or by the same label."""
    try:
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
    except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned) as cause:
        raise MisconfiguredError(f"Trong thiết bị ký không có đúng một khoá tên {label!r}.") from cause
    number = bytes(key[Attribute.ID])
    named = {"key_id": number, "cert_id": number} if number else {"key_label": label, "cert_label": label}
    return PKCS11Signer(session, other_certs_to_pull=None, embed_roots=False, **named)


def _name(error: BaseException) -> str:
    """These errors often have no words of their own."""
    return str(error) or type(error).__name__
