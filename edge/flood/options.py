"""What the commands about forecasts ask alike."""

from pathlib import Path
from typing import Any

import click


class Levels(click.ParamType[tuple[float, ...]]):
    """Metres in rising order, separated by commas."""

    name = "mức"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """The numbers; a sentence when they are none."""
        if isinstance(value, tuple):
            return value
        try:
            found = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} không phải các số cách nhau bằng dấu phẩy.", param, ctx)
        if list(found) != sorted(set(found)):
            self.fail("Các mức phải tăng dần.", param, ctx)
        return found


FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
STATION = click.option("--station", default="le_thuy", show_default=True, help="Trạm được dự báo.")
UPSTREAM = click.option(
    "--upstream", default="kien_giang", show_default=True, help="Trạm thượng nguồn; để trống nếu không có."
)
LEVELS = click.option(
    "--levels", type=Levels(), default="1.2,2.2,2.7", show_default=True, help="Báo động 1, 2, 3 của trạm, mét."
)
