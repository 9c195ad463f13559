"""What the services are built from: the pieces of a box as its config wants them. Only ``edge.app`` asks."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from drivers.base import DriverError
from drivers.devices.notifier_webpush.vapid import application_server_key
from edge.accounts.service import Accounts
from edge.alerts.service import AlertService
from edge.cap.issuing import Sender
from edge.config import Config
from edge.config.cameras import labels_of, rules_of
from edge.config.folders import Folders
from edge.config.for_web import codes_demanded
from edge.config.hub_files import with_hub_files
from edge.core.errors import MisconfiguredError
from edge.core.policy.updating import LOOKED_AT, why_not
from edge.core.speech import BANK, Clip, Style
from edge.kernel.account_key import load_or_make_account_key
from edge.kernel.bus import Bus
from edge.kernel.wire.export import BlurSetup
from edge.kernel.wire.speech import Band
from edge.live.board import Board
from edge.live.service import Sections
from edge.records.health import ModemState, Senses
from edge.settings_book.book import SettingsBook
from edge.settings_book.files import SettingsFiles
from edge.speech.service import SpeechService, clip_of
from edge.store.journal import Journal
from edge.sync.service import SyncService
from edge.vision.shards import Eyes
from models.errors import ModelError
from models.folders import default_cache_dir
from models.manifest import manifest

log = logging.getLogger(__name__)


async def render(speech: SpeechService, spoken: str, style: Style) -> tuple[Clip, str, str]:
    """A clip of these words, with the voice and the model that said them."""
    rendered = await speech.render(spoken, style)
    return clip_of(rendered), rendered.voice, rendered.model_sha256


def senses_of(config: Config, sync: SyncService, board: Board, alerts: AlertService) -> Senses:
    """How the uplink and each modem are, whenever a report asks."""

    def state(name: str) -> ModemState:
        service, sim = board.services.get(f"modem-{name}"), alerts.sim_of(name)[0]
        return ModemState(service.state == "up" if service else None, sim.signal_dbm if sim else None)

    names = [modem.id for modem in config.modem]
    return Senses(lambda: sync.status.state, lambda: {name: state(name) for name in names})


def push_key(config: Config) -> str:
    """What browsers must know for web push; empty where no channel pushes, or where its key is no good."""
    for channel in config.channel:
        if channel.to == "push" and "key_file" in channel.settings:
            try:
                return application_server_key(Path(str(channel.settings["key_file"])))
            except DriverError as error:
                log.warning("no web push: %s", error)
    return ""


def eyes_of(config: Config, folders: Folders) -> Eyes:
    """The converted model, or an empty path when there is none: nothing waits for a model."""
    vision = config.vision
    path = default_cache_dir() / f"{vision.model}-{vision.size}.onnx"
    known = _known_labels(config)
    if not known or not path.is_file():
        log.warning("no detector: %s is not there", path)
        return Eyes("", (), folders.media, folders.run)
    wanted = {label for camera in config.camera for rule in rules_of(camera) for label in labels_of(rule)}
    unknown = wanted - set(known)
    if unknown:
        raise MisconfiguredError(f"Mô hình {vision.model} không nhận ra {', '.join(sorted(unknown))}.")
    return Eyes(str(path), tuple(sorted(wanted)), folders.media, folders.run)


def _known_labels(config: Config) -> tuple[str, ...]:
    """What the configured model finds; nothing where there is none, or where its manifest is no good."""
    if config.vision.model == "none":
        return ()
    try:
        return manifest(config.vision.model).labels
    except ModelError as error:
        log.warning("no detector: %s", error)
        return ()


HIDDEN = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
"""What a blurred export hides wherever the detector finds it, beside all that moves."""


def blur_setup(config: Config, eyes: Eyes) -> BlurSetup:
    """A model that knows no people hides nobody: then it is as if there were none, and whole pictures are hidden."""
    known = _known_labels(config) if eyes.model_path else ()
    path = eyes.model_path if "person" in known else ""
    return BlurSetup(path, config.vision.backend, tuple(label for label in HIDDEN if label in known))


def speech_service(config: Config, folders: Folders, bus: Bus, name: str) -> SpeechService:
    """Alarms are said by the commune's own recorded voice if it can; notices only if the settings ask for it."""
    others = tuple(voice for voice in _voices(config) if voice != BANK)
    first = name == "speech-alarms"
    usual = _voices(config) if BANK in config.speech.voices else (*others, BANK)
    voices = (BANK, *others) if first else usual
    bank_folder, band = str(folders.bank), band_of(config)
    return SpeechService(voices, config.speech.speed, folders.clips, bus, name, bank_folder=bank_folder, band=band)


def band_of(config: Config) -> Band:
    """What the horns can sound."""
    return Band(config.speech.low_hz, config.speech.high_hz)


def _voices(config: Config) -> tuple[str, ...]:
    """The configured voices with the paths of their models."""
    voices = []
    for voice in config.speech.voices:
        kind, _, name = voice.partition(":")
        path = default_cache_dir() / f"{name}.onnx"
        if kind != "piper":
            voices.append(voice)
        elif path.is_file():
            voices.append(f"piper:{path}")
        else:
            log.warning("voice %s is not there, using the next one", name)
    return tuple(voices)


def sender_of(config: Config) -> Sender:
    """Who signs the warnings of this box."""
    commune = config.commune
    hamlets = {hamlet.id: hamlet.name for hamlet in config.hamlet}
    of_gauge = {gauge.id: gauge.hamlets for gauge in config.gauge}
    return Sender(commune.id, commune.name, commune.box, hamlets, of_gauge, real=not commune.demo)


def source_of(config: Config) -> str:
    """The name of this box in everything that leaves it."""
    return f"/xa/{config.commune.id}/box/{config.commune.box}"


def settings_book(
    file: Path, folders: Folders, sections: Sections, journal: Journal, restart: Callable[[], None]
) -> SettingsBook:
    """The settings file, changed from a page; a restart waits, as an update does, until nobody needs the box."""
    checks = (with_hub_files, partial(eyes_of, folders=folders))

    def rest() -> bool:
        return not why_not({name: sections[name]() for name in LOOKED_AT})

    return SettingsBook(SettingsFiles(file, folders.data / "settings"), journal, checks, rest, restart)


def accounts_of(config: Config, folders: Folders, journal: Journal, bus: Bus) -> Accounts:
    """Who may come in, checked with the key that lies beside the others."""
    key = load_or_make_account_key(folders.account_key)
    cameras = [camera.id for camera in config.camera]
    return Accounts(journal, bus, key, config.commune.name, cameras, codes_demanded(config))
