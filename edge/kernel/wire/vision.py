"""Between the supervisor and a vision shard; and between a shard and whoever watches its packets."""

from edge.kernel.wire import Beat, Hello, Message


class ZoneSetup(Message, frozen=True):
    """A polygon of a camera's picture; points are (x, y) shares from 0 to 1."""

    id: str
    polygon: tuple[tuple[float, float], ...]


class CameraSetup(Message, frozen=True):
    """One camera of a shard. ``url`` may hold a password: never log it."""

    id: str
    url: str
    zones: tuple[ZoneSetup, ...]
    detect_fps: float = 5.0


class ShardSetup(Message, frozen=True):
    """First message to a shard. An empty ``model_path`` means: no detector, say so, go on with motion.

    ``packets_path`` is the unix socket where the shard hands out packets of its GOP ring.
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


class KeepStill(Message, frozen=True):
    """Write the camera's best recent picture for this incident."""

    camera: str
    incident: str


class CameraHealth(Message, frozen=True):
    """A camera's state changed, or its figures did (at most every 5 s)."""

    camera: str
    state: str
    detail: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    kbit_s: float = 0.0
    reconnects: int = 0


class WireTrack(Message, frozen=True):
    """One track; ``box`` is left, top, right, bottom as shares from 0 to 1."""

    track: int
    label: str
    score: float
    box: tuple[float, float, float, float]
    zones: tuple[str, ...]
    age_s: float
    hits: int


class Tracks(Message, frozen=True):
    """Tracks of one frame. Sent for every analysed frame that holds a track, and once when the last one ended."""

    camera: str
    at_ms: int
    steady: float
    tracks: tuple[WireTrack, ...]


class StillKept(Message, frozen=True):
    """The picture of an incident lies on the disk; ``path`` is relative to the media folder."""

    incident: str
    camera: str
    path: str
    sha256: str
    bytes: int


class DetectorHealth(Message, frozen=True):
    """Whether this shard detects, with the model's name or the reason in Vietnamese."""

    ok: bool
    detail: str
    infer_ms: float = 0.0


class WatchCamera(Message, frozen=True):
    """First and only message of a watcher on the packets socket."""

    camera: str


class StreamHead(Message, frozen=True):
    """Answer to WatchCamera: how to mux. ``extradata`` is SPS and PPS as the demuxer gave them."""

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


ToShard = ShardSetup | KeepStill
FromShard = Hello | Beat | CameraHealth | Tracks | StillKept | DetectorHealth
ToWatcher = StreamHead | Packet
