"""tuspy, an independent client of the hub's uploads, as a process of its own: its environment names the authority.

REQUESTS_CA_BUNDLE=ca.pem python -m hil.prove.province.tuspy_client URL CERT KEY FILE SHA256 --store S
"""

from pathlib import Path

import click
from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage

CHUNK = 256 * 1024
RETRIES = 20


@click.command()
@click.argument("url")
@click.argument("cert")
@click.argument("key")
@click.argument("file")
@click.argument("sha256")
@click.option("--store", type=click.Path(path_type=Path), required=True)
def main(url: str, cert: str, key: str, file: str, sha256: str, store: Path) -> None:
    """Upload a file; what an earlier run began is gone on with. Prints where it began."""
    client = TusClient(url, client_cert=(cert, key))
    uploader = client.uploader(
        file,
        chunk_size=CHUNK,
        metadata={"sha256": sha256, "kind": "clip", "subject": "1-99"},
        retries=RETRIES,
        retry_delay=1,
        store_url=True,
        url_storage=FileStorage(str(store)),  # type: ignore[no-untyped-call]  # it has types but here
        upload_checksum=True,
    )
    print(uploader.offset, flush=True)  # noqa: T201 - whoever started us reads it
    uploader.upload()


if __name__ == "__main__":
    main()
