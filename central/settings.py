"""The centre's settings: one TOML file, read once, with one clear error for whatever is wrong in it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from central.mendable import MendableError
from central.supervision.thresholds import Thresholds

_BASE_URL = r"^(https?://[^\s]+)?$"
_DATABASE_URL = r"^$|^sqlite:///.+|^postgresql(\+psycopg)?://.*"


class SettingsError(MendableError):
    """Names the file, the place in it, and what was expected there."""


class DepartmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where departments answer. `url` is of all of them, `urls` of single ones by their connectors' names; a department
    without any is told to be out of reach.
    """

    url: Annotated[str, msgspec.Meta(pattern=_BASE_URL)] = ""
    urls: dict[str, Annotated[str, msgspec.Meta(pattern=_BASE_URL)]] = {}
    seconds: Annotated[float, msgspec.Meta(ge=0.2, le=15)] = 8.0
    """A call that takes longer is given up."""
    slow_after: Annotated[float, msgspec.Meta(ge=0.1, le=15)] = 4.0
    """A department whose answers take longer is called slow."""


class PaymentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payment gateway; without `url` nothing can be paid here. `key_file` holds the merchant's key."""

    url: Annotated[str, msgspec.Meta(pattern=_BASE_URL)] = ""
    key_file: str = "keys/payments.key"
    notify_url: Annotated[str, msgspec.Meta(pattern=_BASE_URL)] = ""
    """Where the gateway reaches this centre; empty: `public_url`, and without that it is asked, never told."""
    refund_after_minutes: Annotated[int, msgspec.Meta(ge=10, le=7 * 24 * 60)] = 24 * 60
    """Money nothing was given for goes back by itself after so long."""


class CitySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """跨城通办: the offices of other cities, by the cities' names; `key_file` holds the key shared with them."""

    offices: dict[str, Annotated[str, msgspec.Meta(pattern=_BASE_URL)]] = {}
    key_file: str = "keys/cities.key"


class UpstreamSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of a hall node: the centre it forwards to; `folder` holds the keys and what `central join` was told."""

    url: Annotated[str, msgspec.Meta(pattern=_BASE_URL)] = ""
    folder: Annotated[str, msgspec.Meta(min_length=1)] = "upstream"


class MessageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The SMS gateway; without `url` texts wait in sight and lapse. `key_file` holds the key shared with it."""

    url: Annotated[str, msgspec.Meta(pattern=_BASE_URL)] = ""
    key_file: str = "keys/messages.key"


class ReportSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands on every report, and when something is ranked."""

    responsible: Annotated[str, msgspec.Meta(max_length=60)] = ""
    """Who answers for its figures, with a telephone."""
    least_ratings: Annotated[int, msgspec.Meta(ge=5, le=1000)] = 30
    """Who has fewer first ratings is neither ranked nor proposed."""


class HotlineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The 12345 platform; without `url` no work order comes or goes. `key_file` holds the key shared with it."""

    url: Annotated[str, msgspec.Meta(pattern=_BASE_URL)] = ""
    key_file: str = "keys/hotline.key"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Relative paths are relative to the file. An empty `database_url` means the embedded database in `data_dir`."""

    role: Literal["centre", "hall"] = "centre"
    hall: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "政务服务中心"
    host: Annotated[str, msgspec.Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8640
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/\s]+)?$")] = ""
    data_dir: Annotated[str, msgspec.Meta(min_length=1)] = "data"
    keys_dir: Annotated[str, msgspec.Meta(min_length=1)] = "keys"
    database_url: Annotated[str, msgspec.Meta(pattern=_DATABASE_URL)] = ""
    timezone: Annotated[str, msgspec.Meta(min_length=1)] = "Asia/Shanghai"
    session_minutes: Annotated[int, msgspec.Meta(ge=1, le=720)] = 30
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    """Processes that serve; more than one needs PostgreSQL."""
    live_hints: bool = True
    """With PostgreSQL: processes tell each other of changes by NOTIFY. Without it pages follow within 2 seconds."""
    archive_after_hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 90)] = 24
    """How long a record is held before its terminal hears that it is archived, and may purge it."""
    queues: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]$")], ...] = ("A", "B", "C", "D")
    """Terminals hold numbers of these for the time they are alone; queues people have used come by themselves."""
    lease_numbers: Annotated[int, msgspec.Meta(ge=10, le=1_000_000)] = 500
    """How many of each queue a terminal holds for one day; more come when most of them are used."""
    queue_closes: Annotated[str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    """The hour (HH:MM) at which every number of the day comes to an end; empty: three hours after midnight."""
    advise_minutes: Annotated[int, msgspec.Meta(ge=5, le=240)] = 30
    """A forecast wait so long, and the page of queues says which window should open."""
    help_phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    """The hall's telephone a citizen is shown while 请人帮我 rings."""
    suite: Literal["INTL-1", "GM-1"] = "INTL-1"
    """What this centre signs with and new keys are of: international or 国密 (docs/operations/suites.md)."""
    tls_port: Annotated[int, msgspec.Meta(ge=-1, le=65535)] = 0
    """The terminals' listener with mutual TLS; 0: none, terminals come by `port`; -1: any free port, for trials."""
    tls_names: tuple[str, ...] = ()
    """What terminals call this host, beside `host` and the names in the two URLs: into the listener's certificate."""
    terminal_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/\s]+)?$")] = ""
    """What terminals are told to call; empty: the name they enrolled by, with `tls_port`."""
    plain_terminals: bool = False
    """Terminals may come by `port` although there is a listener with TLS: while a fleet moves over."""
    confirm_enrolment: bool = False
    """A person compares six digits before a terminal is entered."""
    approve_terminals: bool = False
    """Codes for new terminals are made only for those that a second person agreed to (新终端接入)."""
    opens_sealed: bool = True
    """False on hosts that only take in: no private sealing key may lie there, and pages say where contents open."""
    departments: DepartmentSettings = DepartmentSettings()
    """The departments behind what citizens ask (docs/departments.md)."""

    tolerance_overdue: Literal["suspend", "return"] = "suspend"
    """What follows when a paper that may come later has not come: the clock stands until it is there, or it returns."""
    hall_plan: str = ""
    """The TOML file with the plan of the hall, the same that its terminals read; phones see it (hall-plan.md)."""
    payments: PaymentSettings = PaymentSettings()
    """The payment gateway (docs/operations/payments.md)."""

    supervision: Thresholds = Thresholds()
    """What supervision watches for, and the hall's video index (docs/operations/supervision.md)."""
    hotline: HotlineSettings = HotlineSettings()
    """The 12345 platform (docs/operations/hotline.md)."""
    audit_days: Annotated[int, msgspec.Meta(ge=180, le=3650)] = 365
    """How long the audit trail is kept; the law asks for six months."""
    syslog: Annotated[str, msgspec.Meta(pattern=r"^$|^(udp|tcp)://[^/\s]+$|^unix:/.+")] = ""
    """Where the audit trail is also sent (RFC 5424), e.g. "unix:/dev/log", "udp://log.example:514"; empty: nowhere."""
    password_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 0
    """A password older than this must be changed at the next login; 0: never for its age alone."""
    metrics_token_file: str = ""
    """A file with the token a monitoring server shows at /metrics; empty: only this machine itself may ask."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of proxies whose X-Forwarded-For says who asks."""

    cities: CitySettings = CitySettings()
    """Where cases go that another city decides (docs/services.md)."""

    messages: MessageSettings = MessageSettings()
    """The SMS gateway (docs/operations/calling.md)."""

    upstream: UpstreamSettings = UpstreamSettings()
    """The centre of a hall node (docs/operations/hall-node.md)."""

    reports: ReportSettings = ReportSettings()
    """What stands on reports (docs/operations/reports.md)."""

    def __post_init__(self) -> None:
        """What a type alone cannot say."""
        if self.role == "hall" and not self.upstream.url:
            message = (
                '`role`: a hall node needs its centre; expected `url` in `[upstream]`, e.g. "http://10.1.0.5:8640"'
            )
            raise ValueError(message)
        if self.role == "hall" and self.workers > 1:
            message = "`workers`: a hall node is one process; expected 1"
            raise ValueError(message)
        if self.workers > 1 and not self.database_url.startswith("postgresql"):
            message = "`workers`: one process writes the embedded database; expected 1, or PostgreSQL in `database_url`"
            raise ValueError(message)
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f'`timezone`: no zone {self.timezone!r} on this machine; expected a name such as "Asia/Shanghai"'
            raise ValueError(message) from error

    def hall_of(self, said: str) -> str:
        """The hall of a terminal entered here: at a hall node there is one."""
        return self.hall if self.role == "hall" else said

    @property
    def zone(self) -> ZoneInfo:
        """The hall's zone: every time a page shows is told in it."""
        return ZoneInfo(self.timezone)


def read(path: Path, role: str = "") -> Settings:
    """The settings in `path`, its relative paths made absolute; with `role` in its place. Raises SettingsError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); make one with `central init --config {path}`"
        raise SettingsError(message) from error
    try:
        if role:
            found = msgspec.convert(msgspec.toml.decode(text, type=dict[str, object]) | {"role": role}, Settings)
        else:
            found = msgspec.toml.decode(text, type=Settings)
    except (msgspec.DecodeError, ValueError) as error:
        message = f"{path}: {error}"
        raise SettingsError(message) from error
    folder = path.resolve().parent
    payments = msgspec.structs.replace(found.payments, key_file=str(folder / found.payments.key_file))
    hotline = msgspec.structs.replace(found.hotline, key_file=str(folder / found.hotline.key_file))
    found = msgspec.structs.replace(found, hotline=hotline)
    metrics = str(folder / found.metrics_token_file) if found.metrics_token_file else ""
    found = msgspec.structs.replace(found, metrics_token_file=metrics)
    data, keys = str(folder / found.data_dir), str(folder / found.keys_dir)
    found = msgspec.structs.replace(found, hall_plan=str(folder / found.hall_plan) if found.hall_plan else "")
    cities = msgspec.structs.replace(found.cities, key_file=str(folder / found.cities.key_file))
    messages = msgspec.structs.replace(found.messages, key_file=str(folder / found.messages.key_file))
    upstream = msgspec.structs.replace(found.upstream, folder=str(folder / found.upstream.folder))
    found = msgspec.structs.replace(found, messages=messages, upstream=upstream)
    return msgspec.structs.replace(found, data_dir=data, keys_dir=keys, payments=payments, cities=cities)


def database_url(settings: Settings) -> str:
    """Where the data lives: the given URL with the driver we use, or the embedded file."""
    if not settings.database_url:
        return f"sqlite:///{settings.data_dir}/central.db"
    return settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)


def machine_zone() -> str:
    """The zone of this machine: what its own clock, and a terminal beside it, tell the time in."""
    for name in (os.environ.get("TZ", "").lstrip(":"), str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]):
        with suppress(ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(name).key
    return "UTC"


def sample(role: str, hall: str, upstream: str) -> str:
    """What `central init` writes."""
    text = SAMPLE.format(zone=machine_zone(), role=role, hall=hall)
    return text + f'\n[upstream]\nurl = "{upstream}"\n' if upstream else text


SAMPLE = """\
# The centre's settings; packaging/central/central.toml explains every line.
role = "{role}"
hall = "{hall}"
host = "127.0.0.1"
port = 8640
public_url = ""
data_dir = "data"
keys_dir = "keys"
timezone = "{zone}"
session_minutes = 30
"""
