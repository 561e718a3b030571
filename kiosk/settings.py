"""One frozen Settings, read once from kiosk.toml. A wrong value is one sentence with file, place and what is
expected.
"""

import base64
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from contract.suites import PUBLIC_BYTES
from kiosk import words
from kiosk.facts import Site
from kiosk.journey.patience import Patience
from kiosk.sites import PatiencePart, Profile, plan
from kiosk.sites.section import NightSection, SiteSection, facts_of, settled
from kiosk.voice.keys import Keys

PICTURES: Final = "media"
"""The folder of the attract screen's pictures, beside the store."""


class SettingsError(ValueError):
    """The settings file cannot be used; the message says where and what to do."""


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt key is an error, not a default that surprises at night."""


_Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Terminal(_Section, frozen=True):
    """Which machine this is."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,30}$")]
    district: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]
    number: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{4}$")]
    series: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{1,2}$")]
    """What sets the numbers this terminal gives by itself apart from every other's: A1-001 is series 1."""


class PanelSection(_Section, frozen=True):
    """The screen: pixels as mounted, and its physical width, from which millimetres become pixels."""

    width_px: Annotated[int, msgspec.Meta(ge=320, le=7680)] = 1080
    height_px: Annotated[int, msgspec.Meta(ge=320, le=7680)] = 1920
    width_mm: Annotated[float, msgspec.Meta(gt=50, le=3000)] = 268.0
    bottom_mm: Annotated[float, msgspec.Meta(ge=0, le=2000)] = 800.0
    """Height of the glass's lower edge above the floor, measured at the place: the low layout is computed from it."""
    fullscreen: bool = True
    x: int = 0
    y: int = 0
    backlight: str = "auto"
    """The folder of the panel's light in sysfs; `auto`: the first of /sys/class/backlight; empty: it has none."""


class Device(_Section, frozen=True):
    """One device: where it is, what its driver should know, and after how much of what it wants maintenance."""

    port: str
    options: dict[str, Any] = {}
    maintenance: dict[str, Annotated[float, msgspec.Meta(gt=0)]] = {}
    """Counter -> how much of it is due, in the words of the ledger; what is not named has the kind's own limit."""
    model: Annotated[str, msgspec.Meta(max_length=40)] = ""
    firmware: Annotated[str, msgspec.Meta(max_length=40)] = ""
    """What stands on the device and what it says of itself when it is fitted; the centre's fleet shows both."""


class Devices(_Section, frozen=True):
    """The devices fitted. One that is not named does not exist here."""

    id_card_reader: Device | None = None
    ticket_printer: Device | None = None
    document_printer: Device | None = None
    code_scanner: Device | None = None
    smart_card_reader: Device | None = None
    document_camera: Device | None = None
    locker: Device | None = None
    permit_endorser: Device | None = None
    person_matcher: Device | None = None
    power: Device | None = None
    cabinet: Device | None = None

    def fitted(self) -> dict[str, Device]:
        """By name, what is fitted."""
        return {name: device for name in DEVICE_NAMES if (device := getattr(self, name)) is not None}


DEVICE_NAMES = tuple(field.name for field in msgspec.structs.fields(Devices))


class ServiceSection(_Section, frozen=True):
    """Who may serve this terminal: the file with the salted hashes of technicians' cards and PINs."""

    technicians: str = "keys/technicians.json"


class PublicKey(_Section, frozen=True):
    """A public key by its id; `key` is its raw bytes in base64, of the suite's length."""

    id: str
    key: str
    suite: Literal["INTL-1", "GM-1"] = "INTL-1"

    def raw(self) -> bytes:
        """Its bytes. Raises ValueError naming the key."""
        try:
            raw = base64.b64decode(self.key, validate=True)
        except ValueError as error:
            message = f"key {self.id!r}: not base64 ({error})"
            raise ValueError(message) from None
        wanted = PUBLIC_BYTES[self.suite]
        if len(raw) != wanted:
            message = f"key {self.id!r}: {wanted} bytes expected, {len(raw)} found"
            raise ValueError(message)
        return raw


class Centre(_Section, frozen=True):
    """Where cases go: `kiosk enrol` writes these values; before it they may be left out."""

    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/ ]+)?$")] = ""
    signing_keys: tuple[PublicKey, ...] = ()
    sealing_keys: tuple[PublicKey, ...] = ()
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/\s]+)?$")] = ""
    """Where phones reached it when this terminal was enrolled; what the centre has said since goes before it."""
    enrol_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/ ]+)?$")] = ""
    """Where this terminal was enrolled, and where its certificate is renewed even when it has run out."""
    ca: str = ""
    """The fleet's authority, which the centre's certificate must be of; empty: what the machine trusts."""
    certificate: str = ""
    """This terminal's own, for mutual TLS; empty: none is shown."""
    tls_key: str = ""
    suite: Literal["INTL-1", "GM-1"] = "INTL-1"
    """What this terminal hashes, signs and seals with: international or 国密 (docs/operations/suites.md)."""
    heartbeat_seconds: Annotated[float, msgspec.Meta(ge=1, le=600)] = 30.0


class KeySource(msgspec.Struct, frozen=True):
    """Where the key of the database comes from."""

    kind: str
    """`file`, `credential` (of systemd) or `tpm`; the heartbeat's `key_source`. A file is no hardware root."""
    where: str
    """The file's whole path, the credential's name, or the TPM's handle such as `0x81000001`."""

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}"


class NumbersSection(_Section, frozen=True):
    """Where queue numbers come from first. Whatever is set, the terminal's own series serves when nobody answers."""

    upstream: bool = True
    """Ask for the number in the order of arrival in the whole hall; false: the terminal's own series always."""
    upstream_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/ ]+)?$")] = ""
    """The hall's node; empty: the centre."""


_KEY_SOURCE = re.compile(
    r"tpm:0x81[0-9a-fA-F]{6}|credential:[A-Za-z0-9_][A-Za-z0-9._-]{0,63}|file:.+|(?!(tpm|credential|file):).+"
)


class Storage(_Section, frozen=True):
    """Folders, relative to the settings file, and where the terminal's secrets are."""

    folder: str = "data"
    database_key: str = "keys/database.key"
    """`file:PATH` or only PATH, `credential:NAME`, or `tpm:0x81…`."""
    signing_key: str = "keys/terminal.key"
    ballast_mb: Annotated[int, msgspec.Meta(ge=0, le=4096)] = 64
    """Room kept back so that a case that was begun can be kept on a full disk; 0 keeps none back."""

    def __post_init__(self) -> None:
        """A source nobody knows would be taken for a file of that name."""
        if not _KEY_SOURCE.fullmatch(self.database_key):
            message = (
                f"`database_key`: a file, credential:NAME or tpm:0x81000001 (0x81 and six digits) expected, "
                f"found {self.database_key!r}"
            )
            raise ValueError(message)

    def key_source(self, here: Path) -> KeySource:
        """What `database_key` means; `here` is the folder of the settings file."""
        kind, colon, where = self.database_key.partition(":")
        if colon and kind in ("tpm", "credential"):
            return KeySource(kind, where)
        return KeySource("file", str(here / (where if kind == "file" and colon else self.database_key)))


class UpdatesSection(_Section, frozen=True):
    """Releases that come down from the centre (docs/operations/updates.md)."""

    slots: str = ""
    """Where releases lie beside one another, such as /opt/suiban/slots; empty: the software is installed by hand."""
    root: str = "releases-root.json"
    """The first root of trust, as its makers gave it."""
    downloads: str = "/var/lib/suiban-terminal/releases"
    """Where a release is fetched to; the installer's unit names the same folder."""
    hours: tuple[_Clock, _Clock] = ("01:00", "05:00")
    """When the release may be changed; the same twice: at any time."""
    charge_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    """Not with less in the battery, where there is one."""
    kilobytes_per_second: Annotated[int, msgspec.Meta(ge=16, le=100_000)] = 512


class VoiceSection(_Section, frozen=True):
    """Where sound goes: ALSA devices (`aplay -L`). How loud the loudspeaker is when, the site's profile says."""

    speaker: str = "default"
    headphones: str = ""
    """The device of the jack; empty: the loudspeaker's, which the hardware itself switches over."""
    headphones_level: Annotated[int, msgspec.Meta(ge=20, le=100)] = 60
    jack: str = "auto"
    """The input device that sees the headphones (`/dev/input/…`); `auto` looks for one; empty: there is none."""
    most: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    """The loudspeaker is never louder, whatever the hour's level is; 0: silent. The centre may set it from afar."""
    prompts: str = ""
    """Folder of recorded prompts, as `python -m kiosk.voice build` makes it; empty: everything is synthesised."""


class MediaSection(_Section, frozen=True):
    """Pictures for the attract screen (docs/operations/media.md)."""

    room_mb: Annotated[int, msgspec.Meta(ge=0, le=4096)] = 200
    """All may take so much of the disk; 0: none are kept."""
    kilobytes_a_second: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 128
    """They never come faster, and never use more than a quarter of the line."""


class _File(_Section, frozen=True):
    terminal: Terminal
    site: SiteSection
    centre: Centre = Centre()
    panel: PanelSection = PanelSection()
    devices: Devices = Devices()
    storage: Storage = Storage()
    patience: PatiencePart = PatiencePart()
    night: NightSection = NightSection()
    media: MediaSection = MediaSection()
    numbers: NumbersSection = NumbersSection()
    service: ServiceSection = ServiceSection()
    voice: VoiceSection = VoiceSection()
    updates: UpdatesSection = UpdatesSection()
    keys: Keys = Keys()
    services: str | None = None
    words: str | None = None
    """Folder with language packs (docs/operations/language-pack.md), known before `languages` is read."""


class Settings(msgspec.Struct, frozen=True):
    """Everything the terminal was told, checked."""

    path: Path
    terminal: Terminal
    site: Site
    centre: Centre
    panel: PanelSection
    devices: Devices
    patience: Patience
    profile: Profile
    """The kind of place, with what the settings say of it themselves."""
    timezone: str
    """What this terminal's clocks tell the time in; empty: the machine's own."""
    numbers: NumbersSection
    folder: Path
    database_key: KeySource
    signing_key: Path
    services: Path | None
    technicians: Path
    voice: VoiceSection
    keys: Keys
    media: MediaSection = MediaSection()
    ca: Path | None = None
    certificate: Path | None = None
    tls_key: Path | None = None
    ballast: int = 0
    """Bytes kept back beside the store."""
    updates: UpdatesSection = UpdatesSection()
    """Its folders and files are whole paths."""

    @property
    def database(self) -> Path:
        """The encrypted store."""
        return self.folder / "terminal.db"


def read(path: Path) -> Settings:
    """Read and check `path`. Raises SettingsError with one sentence: file, place, expected value."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        if isinstance(packs := written.get("words"), str):
            words.use(path.resolve().parent / packs)
        found = msgspec.convert(written, _File)
        for key in (*found.centre.signing_keys, *found.centre.sealing_keys):
            key.raw()
        profile = settled(found.site, found.night, found.patience, path.resolve().parent)
        hall = plan.load(found.site.plan, path.resolve().parent)
        patience = Patience(**profile.patience.told())
    except FileNotFoundError:
        message = f"{path}: no such file; copy packaging/terminal/kiosk.toml and fill it in."
        raise SettingsError(message) from None
    except (OSError, ValueError, TypeError) as error:
        message = f"{path}: {error}. Mend this value; packaging/terminal/kiosk.toml shows each with its meaning."
        raise SettingsError(message) from None
    here = path.resolve().parent
    if found.services and not (here / found.services).is_dir():
        message = f"{path}: `services`: {here / found.services} is no folder; name the one with the service files."
        raise SettingsError(message)
    if found.words and not (here / found.words).is_dir():
        message = f"{path}: `words`: {here / found.words} is no folder; name the one with the language packs."
        raise SettingsError(message)
    return Settings(
        path=path.resolve(),
        terminal=found.terminal,
        site=facts_of(found.site, found.terminal.id, profile, hall, str(here / found.storage.folder / PICTURES)),
        centre=found.centre,
        panel=found.panel,
        devices=found.devices,
        patience=patience,
        profile=profile,
        timezone=found.site.timezone,
        numbers=found.numbers,
        folder=here / found.storage.folder,
        database_key=found.storage.key_source(here),
        ballast=found.storage.ballast_mb * 1024 * 1024,
        signing_key=here / found.storage.signing_key,
        services=here / found.services if found.services else None,
        technicians=here / found.service.technicians,
        voice=found.voice,
        keys=found.keys,
        media=found.media,
        ca=here / found.centre.ca if found.centre.ca else None,
        certificate=here / found.centre.certificate if found.centre.certificate else None,
        tls_key=here / found.centre.tls_key if found.centre.tls_key else None,
        updates=_placed(found.updates, here),
    )


def _placed(found: UpdatesSection, here: Path) -> UpdatesSection:
    slots = str(here / found.slots) if found.slots else ""
    downloads, root = str(here / found.downloads), str(here / found.root)
    return msgspec.structs.replace(found, slots=slots, downloads=downloads, root=root)


def need_enrolled(found: Settings) -> None:
    """Without a centre's keys nothing personal can be sealed, so no visit begins. Raises SettingsError."""
    if not (found.centre.url and found.centre.signing_keys and found.centre.sealing_keys):
        message = (
            f"{found.path}: `[centre]`: this terminal is not enrolled; make a code at the centre and run"
            " `./suiban kiosk enrol --config FILE --url URL --code CODE`."
        )
        raise SettingsError(message)
