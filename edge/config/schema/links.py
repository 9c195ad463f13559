"""Ways in and out: broker, clips for the nodes, province, browsers."""

from typing import Annotated, Literal

from msgspec import Meta

from edge.config.schema.base import Host, Hours, HttpsUrl, Name, Origin, Path, Port, Section, Slug

PathOrNone = Annotated[str, Meta(max_length=400)]


class Broker(Section, frozen=True, kw_only=True):
    """The MQTT broker inside the commune."""

    ca: Path
    cert: Path
    key: Path
    host: Host = "127.0.0.1"
    port: Port = 8883


class Media(Section, frozen=True, kw_only=True):
    """The address where nodes fetch clips, by their certificates."""

    ca: Path
    cert: Path
    key: Path
    url: HttpsUrl
    host: Host = "127.0.0.1"
    port: Port = 8443


class Shape(Section, frozen=True, kw_only=True):
    """At these hours the uplink sends and receives at most ``kbit`` thousand bits a second on average."""

    hours: Hours
    kbit: Annotated[int, Meta(ge=8, le=1_000_000)]


class Hub(Section, frozen=True, kw_only=True):
    """The province. Leave the table out to run alone.

    ``ca``, ``cert``, ``key``: all three, or none: then those that ``molang enrol`` has fetched.
    """

    url: HttpsUrl
    ca: PathOrNone = ""
    cert: PathOrNone = ""
    key: PathOrNone = ""
    shape: Annotated[tuple[Shape, ...], Meta(max_length=24)] = ()


class Syslog(Section, frozen=True, kw_only=True):
    """A monitoring centre that gets the audit log, and with ``logs`` the box's warnings. Without the table: nobody.

    ``tls`` (RFC 5425) needs ``ca``; ``cert`` and ``key`` where the centre asks who we are. ``udp`` (RFC 5426) can be
    read, forged and lost on its way: only inside a network of its own.
    """

    host: Host
    port: Port = 6514
    transport: Literal["tls", "udp"] = "tls"
    ca: PathOrNone = ""
    cert: PathOrNone = ""
    key: PathOrNone = ""
    logs: bool = True


class Support(Section, frozen=True, kw_only=True):
    """Where a tunnel for remote support goes when an admin opens one. Without the table nobody can.

    ``host_key`` is that host's own, as ``ssh-keyscan`` shows it: no other one is believed. ``listen`` is the port on
    its loopback that the province gave to this box.
    """

    host: Host
    port: Port = 22
    user: Slug
    host_key: Annotated[
        str, Meta(pattern=r"^(ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa) [A-Za-z0-9+/]+={0,2}\Z", max_length=1000)
    ]
    listen: Annotated[int, Meta(ge=1024, le=65535)]


class Way(Section, frozen=True, kw_only=True):
    """One way out to the province, in the order of the file; without any the system's own routes decide.

    ``source`` (an address of this machine) or ``interface`` binds it. ``budget_mb`` counts both directions of a local
    month; 0: no budget.
    """

    name: Name
    source: Annotated[str, Meta(pattern=r"^([0-9A-Fa-f.:]+)?\Z", max_length=45)] = ""
    interface: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]*\Z", max_length=15)] = ""
    metered: bool = False
    budget_mb: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


SeverityName = Literal["minor", "moderate", "severe", "extreme"]
MediaKind = Literal["still", "clip", "report", "attachment"]


class MediaRule(Section, frozen=True, kw_only=True):
    """Which pictures the province gets: ``stills`` and ``clips`` by themselves, films on demand if ``on_demand``.

    Masks are always black; ``people`` decides whether everybody on a picture is made unrecognisable too.
    """

    stills: Annotated[tuple[SeverityName, ...], Meta(max_length=4)] = ("moderate", "severe", "extreme")
    clips: Annotated[tuple[SeverityName, ...], Meta(max_length=4)] = ()
    on_demand: bool = True
    people: Literal["blurred", "clear"] = "blurred"
    hours: Hours = "always"
    metered: Annotated[tuple[MediaKind, ...], Meta(max_length=4)] = ("still", "report", "attachment")


class Live(Section, frozen=True, kw_only=True):
    """Where browsers get video and state."""

    host: Host = "127.0.0.1"
    port: Port = 8081
    talk_addresses: Annotated[tuple[Host, ...], Meta(max_length=8)] = ()
    url: Annotated[str, Meta(pattern=r"^wss?://[A-Za-z0-9.:\[\]-]+\Z", max_length=200)] = "ws://127.0.0.1:8081"
    origins: Annotated[tuple[Origin, ...], Meta(min_length=1, max_length=20)] = ("*",)


class Web(Section, frozen=True, kw_only=True):
    """Where the pages are. Who may come in stands in the store: ``molang users add``.

    ``url`` is where phones find them: the beginning of links in messages. Empty: messages carry no links.
    """

    host: Host = "127.0.0.1"
    port: Port = 8080
    url: Annotated[str, Meta(pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+)?\Z", max_length=200)] = ""
    wall_token: Annotated[str, Meta(min_length=16, max_length=100)]
