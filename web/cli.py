"""``molang web``: the pages, as a process of their own."""

import logging
import sys
import time
from pathlib import Path

import click
import waitress

from edge.core.errors import MisconfiguredError
from web.app import create_app
from web.bodies import MAX_BODY
from web.door.cli import certificate, nginx
from web.settings import WebSettings
from web.settings_watch import follow

log = logging.getLogger(__name__)
POLL_S = 0.5
THREADS = 8
"""Each may wait 5 s for the supervisor; eight keep the pages turning while some do."""


@click.group("web", invoke_without_command=True)
@click.option("--settings", "path", type=click.Path(path_type=Path), help="JSON file that the supervisor writes.")
@click.pass_context
def web(context: click.Context, path: Path | None) -> None:
    """Serve the wall and the panel."""
    if context.invoked_subcommand is not None:
        return
    if path is None:
        raise click.UsageError("--settings FILE is needed", context)
    _log_to_stderr()
    try:
        serve(wait_for_settings(path), path)
    except MisconfiguredError as error:
        raise click.ClickException(str(error)) from error


web.add_command(nginx)
web.add_command(certificate)


def wait_for_settings(path: Path) -> WebSettings:
    """The settings, as soon as the supervisor has written them."""
    if not path.exists():
        log.info("waiting for the supervisor to write %s", path)
    while not path.exists():
        time.sleep(POLL_S)
    return WebSettings.load(path)


def serve(settings: WebSettings, path: Path) -> None:
    """Serve until the process is ended; ``path`` is the file that the supervisor writes anew."""
    app = create_app(settings)
    follow(app, path)
    log.info("pages on http://%s:%d", settings.host, settings.port)
    waitress.serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        max_request_body_size=MAX_BODY,
        connection_limit=200,
        clear_untrusted_proxy_headers=not settings.https,  # behind nginx we judge them ourselves (web.address)
        ident=None,
    )


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="web %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress").setLevel(logging.WARNING)
