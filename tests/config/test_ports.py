"""The document's table of ports is what the doctor and the scan expect."""

import re
from pathlib import Path

from msgspec.structs import replace

from edge.config import load
from edge.config.ports import tcp_ports, udp_ports

EXAMPLE = Path("docs/ref/example.toml")


def test_the_table_of_the_document_is_what_the_settings_make() -> None:
    rows = re.findall(r"^\| (\d+)/(tcp|udp) \|", Path("docs/design/security.md").read_text(), re.MULTILINE)
    assert {int(port) for port, kind in rows if kind == "tcp"} == tcp_ports(load(EXAMPLE)).keys()
    assert {int(port) for port, kind in rows if kind == "udp"} == udp_ports().keys()


def test_without_nginx_pages_are_expected_only_where_they_listen() -> None:
    config = replace(load(EXAMPLE), nginx=None)
    assert config.web.port not in tcp_ports(config)
    wide = replace(config, web=replace(config.web, host="0.0.0.0"))  # noqa: S104 - that is what is asked
    assert tcp_ports(wide)[config.web.port] == "web"
