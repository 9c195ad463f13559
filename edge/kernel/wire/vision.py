"""Between the supervisor and a vision shard; and between a shard and whoever watches its packets."""

from edge.kernel.wire import Beat, Hello, Message

Outline = tuple[tuple[float, float], ...]
"""Corners of a polygon of a picture: (x, y) shares from 0 to 1."""


class CameraSetup(Message, frozen=True):
    """One camera of a shard. ``url`` and ``record_url`` may hold a password: never log them.

    ``areas`` are what its rules look at (a picture with somebody there is the better still), ``masks`` what is never
    looked at. ``record_url`` empty: nothing is recorded; equal to ``url``: the one stream serves both. ``decode`` is
    auto or always, ``transport`` tcp or udp. ``seen_s`` is the guarantee that its rules ask for all day (0: none).
    ``budget_kbit_s`` is what a mobile link allows (0: no limit). ``sessions`` names what shares one login limit of
    ``most_sessions`` at a recorder (empty: nothing shared). ``private`` is black on every still.
    """

    id: str
    url: str
    areas: tuple[Outline, ...] = ()
    masks: tuple[Outline, ...] = ()
    detect_fps: float = 5.0
    transport: str = "tcp"
    decode: str = "auto"
    seen_s: float = 0.0
    record_url: str = ""
    budget_kbit_s: int = 0
    sessions: str = ""
    most_sessions: int = 0
    private: tuple[Outline, ...] = ()


class ShardSetup(Message, frozen=True):
    """First message to a shard. An empty ``model_path`` means: no detector, say so, go on with motion.

    ``backend`` is a folder of models/backends, ``backend_settings`` what only that one knows; ``most_busy`` the share
    of its time that the detector may compute. ``packets_path`` is the unix socket where the shard hands out packets
    of its GOP ring. ``hardware`` names the decoders that may be tried beside software, in order; none of them is
    trusted before its probe.
    """

    shard: int
    cameras: tuple[CameraSetup, ...]
    model_path: str
    model_size: int
    labels: tuple[str, ...]
    min_score: float
    threads: int
    media_folder: str
    packets_path: str
    backend: str = "detect_onnx"
    most_busy: float = 1.0
    segment_s: float = 10.0
    hardware: tuple[str, ...] = ()
    backend_settings: dict[str, str | int | float | bool] = {}


class Demand(Message, frozen=True):
    """The rules that are active now want whoever stays ``seen_s`` seconds to be seen; 0 withdraws the demand."""

    camera: str
    seen_s: float


class HidePrivate(Message, frozen=True):
    """From now on these areas of a camera are black on every still of it."""

    camera: str
    areas: tuple[Outline, ...]


class KeepStill(Message, frozen=True):
    """Write the camera's best recent picture for this incident; ``track`` is whom it is about."""

    camera: str
    incident: str
    track: int = 0


class CameraHealth(Message, frozen=True):
    """A camera's state changed, or its figures did (at most every 5 s).

    ``mode`` is the decode governor's: packets, keys or full. ``guaranteed_seen_s``: whoever is visible for longer is
    seen (0: not known yet). ``hint_auc`` is how well packet sizes foretell motion here (0: not measured). The ``_h``
    figures count the last hour. ``recording`` is on, off, or the reason in Vietnamese why it fails.
    """

    camera: str
    state: str
    detail: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    kbit_s: float = 0.0
    reconnects: int = 0
    reconnects_h: int = 0
    stalls_h: int = 0
    mode: str = ""
    gop_s: float = 0.0
    guaranteed_seen_s: float = 0.0
    hint_auc: float = 0.0
    hint_trusted: bool = False
    recording: str = ""


class WireTrack(Message, frozen=True):
    """One track; ``box`` is left, top, right, bottom as shares from 0 to 1, ``seen`` whether this picture shows it."""

    track: int
    label: str
    score: float
    box: tuple[float, float, float, float]
    age_s: float
    hits: int
    seen: bool = True


class Tracks(Message, frozen=True):
    """Tracks of one frame. Sent for every analysed frame that holds a track, and once when the last one ended."""

    camera: str
    at_ms: int
    steady: float
    tracks: tuple[WireTrack, ...]


class StillKept(Message, frozen=True):
    """The picture of an incident lies on the disk; ``path`` is relative to the media folder.

    ``box`` is where this very picture shows the track that was asked for, or else the surest one; None: nobody.
    """

    incident: str
    camera: str
    path: str
    sha256: str
    bytes: int
    box: tuple[float, float, float, float] | None = None


class SceneHealth(Message, frozen=True):
    """What is wrong with a camera's picture itself: frozen, covered, moved or blurred; empty: nothing.

    Sent at each change, after the trouble has lasted long enough to be believed.
    """

    camera: str
    trouble: str
    at_ms: int


class SegmentDone(Message, frozen=True):
    """A piece of recording lies complete on the disk, synced; ``path`` is relative to the media folder.

    ``motion`` is the share of its time (0 to 1) in which something moved in the watched stream, ``objects`` whether
    the tracker held anything.
    """

    camera: str
    path: str
    began_ms: int
    ended_ms: int
    bytes: int
    codec: str
    width: int
    height: int
    motion: float
    objects: bool


class DetectorHealth(Message, frozen=True):
    """Whether this shard detects, with the model's name or the reason in Vietnamese.

    ``busy`` is the share of wall time inside the engine since the last report, ``regions_s`` the regions a second.
    """

    ok: bool
    detail: str
    infer_ms: float = 0.0
    busy: float = 0.0
    regions_s: float = 0.0


class WatchCamera(Message, frozen=True):
    """First and only message of a watcher of one camera on the packets socket: StreamHead and Packets as they come."""

    camera: str


class WatchCameras(Message, frozen=True):
    """First message of a watcher of many: its whole wish, said again whenever it changes. Answers are Gathered.

    The numbers are the watcher's own, a new one for each new wish to see a camera, from its newest key frame on.
    """

    cameras: tuple[tuple[int, str], ...]


class StreamHead(Message, frozen=True):
    """How to mux what follows. ``extradata`` is SPS and PPS as the demuxer gave them."""

    codec: str
    width: int
    height: int
    time_base_num: int
    time_base_den: int
    extradata: bytes


class Packet(Message, frozen=True):
    """One compressed video packet; the first one a watcher gets is a key frame from the ring."""

    data: bytes
    pts: int
    dts: int
    duration: int
    key: bool


class Gathered(Message, frozen=True):
    """What came of one wish since the last message; ``head`` comes with the first packets of each connection.

    ``ended``: the camera's connection is over. A new one begins by itself, with another head.
    """

    number: int
    packets: tuple[Packet, ...]
    head: StreamHead | None = None
    ended: bool = False


ToShard = ShardSetup | KeepStill | Demand | HidePrivate
FromShard = Hello | Beat | CameraHealth | Tracks | StillKept | DetectorHealth | SceneHealth | SegmentDone
ToWatcher = StreamHead | Packet
