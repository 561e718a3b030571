"""A fitted device becomes a worker: which kind, which recorder. The terminal and a visit do it alike."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from devices.driving import as_owner
from devices.kind import Kind
from devices.recording.recorder import Recorder
from devices.registry import KINDS
from devices.worker import Driver, Worker
from kiosk.settings import Device, SettingsError

POLL_SECONDS: Final = 0.8
"""How often an idle device is asked how it is: a lost one is noticed within a second."""

SERIAL_DOCUMENTS: Final = "serial-document-printer"

STALE_AFTER: Final = 3 * POLL_SECONDS
"""A state nobody has confirmed for three polls is not known any more."""


class Fitted(Protocol):
    """Where a device is and what its driver should know."""

    @property
    def port(self) -> str: ...
    @property
    def options(self) -> Mapping[str, Any]: ...


def kind_name(name: str) -> str:
    """The registry's name of what settings call `name`."""
    return name.replace("_", "-")


def kind_at(name: str, port: str) -> str:
    """The registry's name of the kind that stands at `port`: documents come out of printers of two kinds."""
    known = kind_name(name)
    if name != "document_printer":
        return known
    scheme, _, rest = port.partition(":")
    simulated = scheme == "simulator" and rest.partition("?")[0] == SERIAL_DOCUMENTS
    return SERIAL_DOCUMENTS if simulated or scheme in ("serial", "tcp") or port.startswith("/") else known


def kinds_of(name: str) -> tuple[str, ...]:
    """Every kind that may stand where settings say `name`."""
    return (kind_name(name), SERIAL_DOCUMENTS) if name == "document_printer" else (kind_name(name),)


def absent(name: str) -> str:
    """The fault of a device that is not fitted here."""
    return f"absent.{name}"


def ring_of(folder: Path, name: str) -> Path:
    """Where the flight recorder of a device keeps its frames. Whoever holds the device writes it."""
    return folder / "recorder" / f"{name}.ring"


def refuse_misfit(name: str, fitted: Device) -> None:
    """Raises SettingsError with one sentence when no such device could ever be opened. Imports its driver."""
    place = f"devices.{name}"
    known = kind_at(name, fitted.port)
    if known not in KINDS:
        message = f"{place}: this program has no driver for such a device; one of {', '.join(KINDS)} expected."
        raise SettingsError(message)
    kind = KINDS[known]
    scheme = "serial" if fitted.port.startswith("/") else fitted.port.partition(":")[0]
    if scheme not in (*kind.schemes, "simulator"):
        taken = dict.fromkeys(one for other in kinds_of(name) for one in KINDS[other].schemes)
        expected = ", ".join(f"{one}:" for one in taken)
        message = f"{place}: `port` {fitted.port!r}: an address that begins with one of {expected} expected."
        raise SettingsError(message)
    try:
        msgspec.convert(fitted.options, kind.options, strict=False)
    except msgspec.ValidationError as error:
        message = f"{place}: `options`: {error}."
        raise SettingsError(message) from None


def recorder_of(kind: Kind[Any], folder: Path, name: str) -> Recorder:
    """The device's recorder on disk; in memory alone where the disk takes none, as no device must fail with it."""
    path = ring_of(folder, name)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return kind.recorder(path)
    return kind.recorder()


def confirmed(worker: Worker[Any], now: float, job_seconds: float) -> bool:
    """Whether what a device last said of itself still counts: it answered lately, or is at work within its time."""
    busy = worker.busy_since
    return now - worker.fresh_at < STALE_AFTER or bool(busy and now - busy < job_seconds)


def worker_of(
    name: str,
    fitted: Fitted,
    folder: Path,
    post: Callable[[object], None],
    recorders: dict[str, Recorder] | None = None,
) -> Worker[Any]:
    """The worker of one fitted device, not yet started. Its driver is imported on the worker's own thread.

    `recorders`, by kind, serve this device's next worker as well. Their file is let go when a worker ends: whoever
    holds the device next, perhaps another process, goes on in it.
    """
    kept = {} if recorders is None else recorders

    def connect() -> Driver:
        kind = KINDS[kind_at(name, fitted.port)]
        if kind.name not in kept:
            kept[kind.name] = recorder_of(kind, folder, name)
        driver: Driver = kind.connect(fitted.port, fitted.options, kept[kind.name])
        return driver

    def closed() -> None:
        for recorder in kept.values():
            recorder.close()

    return Worker(name, as_owner(connect), post, closed=closed, poll_every=POLL_SECONDS)
