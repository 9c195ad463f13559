"""Fills a new software token with a key and its certificates; a process of its own: its settings are environment."""

import sys
from pathlib import Path

import pkcs11
from pkcs11.constants import Attribute
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

from hil.prove.province.soft_token import KEY, LABEL

NUMBER = b"\x01"


def main(library: Path, folder: Path) -> None:
    """The token gets the PIN that lies in the folder, and everything beside it; the key's file is removed."""
    pin = (folder / "pin").read_text()
    token = next(iter(pkcs11.lib(str(library)).get_tokens(token_label=LABEL)))
    with token.open(rw=True, user_pin=pin) as session:
        key = decode_rsa_private_key((folder / "key.der").read_bytes())
        session.create_object({**key, Attribute.LABEL: KEY, Attribute.ID: NUMBER, Attribute.TOKEN: True})
        for name, number in (("leaf", NUMBER), ("middle", b"\x02")):
            certificate = decode_x509_certificate((folder / f"{name}.der").read_bytes())
            session.create_object({**certificate, Attribute.LABEL: name, Attribute.ID: number, Attribute.TOKEN: True})
    (folder / "key.der").unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
