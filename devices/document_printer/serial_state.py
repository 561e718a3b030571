"""Status bytes and PJL codes in the words of state.py. Pure."""

from typing import Final

import msgspec

from devices.document_printer import pjl
from devices.document_printer.state import Activity, DocumentPrinterState, YesNo
from devices.model import Cover, Supply


def state_of_bytes(
    printer: int | None, cause: int | None, error: int | None, paper: int | None
) -> DocumentPrinterState:
    """The answers to DLE EOT 1 to 4; None for one that did not come."""
    if printer is None:
        return DocumentPrinterState()
    recovering = bool((error or 0) & 0x40)
    other = bool((cause or 0) & 0x40) and not (error or 0) & 0x64
    return DocumentPrinterState(
        online=not printer & 0x08,
        activity=Activity.STOPPED if recovering or other else Activity.UNKNOWN,
        paper=_paper(cause, paper),
        cover=Cover.UNKNOWN if cause is None else Cover.OPEN if cause & 0x04 else Cover.CLOSED,
        jammed=_bit(error, 0x04),  # a mechanism that cannot move
        broken=_bit(error, 0x20),
        remarks=("waits for head or voltage",) if recovering else ("error without a cause",) if other else (),
    )


def _bit(octet: int | None, bit: int) -> YesNo:
    return "unknown" if octet is None else bool(octet & bit)


def _paper(cause: int | None, paper: int | None) -> Supply:
    if (paper or 0) & 0x60 or (cause or 0) & 0x20:
        return Supply.OUT
    if paper is None:
        return Supply.UNKNOWN
    return Supply.LOW if paper & 0x0C else Supply.FULL


_OF_CODE: Final = {
    pjl.READY: DocumentPrinterState(activity=Activity.IDLE),
    10006: DocumentPrinterState(toner=Supply.LOW),
    40021: DocumentPrinterState(cover=Cover.OPEN),
    40022: DocumentPrinterState(jammed=True),
}
_OF_THOUSAND: Final = {
    11: DocumentPrinterState(paper=Supply.LOW),  # one tray of several, as long as the printer stays online
    40: DocumentPrinterState(activity=Activity.STOPPED),
    41: DocumentPrinterState(paper=Supply.OUT),
    42: DocumentPrinterState(jammed=True),
    44: DocumentPrinterState(jammed=True),
    50: DocumentPrinterState(broken=True),
}


def state_of_code(status: pjl.Status) -> DocumentPrinterState:
    """A PJL status by its code, or by the thousand it is in; a code nobody knows is a remark and says nothing else."""
    code = status.code
    state = _OF_CODE.get(code) or _OF_THOUSAND.get(code // 1000) or DocumentPrinterState()
    if code // 1000 == 11 and not status.online:
        state = _OF_THOUSAND[41]
    return msgspec.structs.replace(
        state,
        online="unknown" if status.online is None else status.online,
        remarks=() if code == pjl.READY else (f"CODE={code}",),
    )
