"""Every kind of device by the name settings and the command line use for it, imported when first used."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

from devices import model
from devices.kind import Kind

_DRIVERS: Final = {
    "id-card-reader": "devices.id_card_reader.driver",
    "ticket-printer": "devices.ticket_printer.driver",
    "smart-card-reader": "devices.smart_card_reader.driver",
    "document-camera": "devices.document_camera.driver",
    "code-scanner": "devices.code_scanner.driver",
    "serial-document-printer": "devices.document_printer.serial_driver",
    "document-printer": "devices.document_printer.driver",
    "locker": "devices.locker.driver",
    "permit-endorser": "devices.permit_endorser.driver",
    "person-matcher": "devices.person_matcher.driver",
    "power": "devices.power.driver",
    "cabinet": "devices.cabinet.driver",
}


class _Kinds(Mapping[str, Kind[Any]]):
    def __getitem__(self, name: str) -> Kind[Any]:
        found: Kind[Any] = import_module(_DRIVERS[name]).KIND
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_DRIVERS)

    def __len__(self) -> int:
        return len(_DRIVERS)


KINDS: Final = _Kinds()


def all_faults() -> tuple[str, ...]:
    """Every fault key there is, once: the citizen's words and the technician's sentences must know each of them."""
    return tuple(dict.fromkeys((*model.FAULTS, *(key for kind in KINDS.values() for key in kind.faults))))
