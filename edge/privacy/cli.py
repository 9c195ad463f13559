"""``molang privacy``: the camera register, and the signs that go with it."""

from pathlib import Path

import click
import msgspec

from edge.config import load
from edge.config.option import CONFIG
from edge.config.register import entry_of
from edge.core.errors import FinalError
from edge.privacy.report import markdown, register
from edge.privacy.sign import sign as page_of


@click.group()
def privacy() -> None:
    """Sổ đăng ký camera và biển báo."""


@privacy.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="In JSON thay cho Markdown.")
def report(config_path: Path, as_json: bool) -> None:
    """In sổ đăng ký camera: mục đích, căn cứ, hạn lưu, còn thiếu gì, thông tin nào ra khỏi hộp."""
    found = register(load(config_path))
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode() if as_json else markdown(found), nl=as_json)


@privacy.command()
@CONFIG
@click.argument("camera")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Tệp HTML, in bằng trình duyệt."
)
def sign(config_path: Path, camera: str, output: Path) -> None:
    """Viết biển báo khổ A4 của một CAMERA."""
    config = load(config_path)
    found = next((one for one in config.camera if one.id == camera), None)
    if found is None:
        raise FinalError(f"Không có camera `{camera}`; có: {', '.join(one.id for one in config.camera)}.")
    places = {hamlet.id: hamlet.name for hamlet in config.hamlet}
    output.write_text(page_of(entry_of(found), config.commune.name, f"{found.name}, {places[found.hamlet]}"), "utf-8")
    click.echo(f"{output}: mở bằng trình duyệt rồi in khổ A4. Cắm biển xong, ghi ngày vào sign_posted.")
