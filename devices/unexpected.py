"""An exception as a fault: a DeviceError says it itself, all else is a bug, named by place and never by message."""

import logging
from typing import Final

from devices.model import Action, DeviceError, Fault

log: Final = logging.getLogger("suiban.devices")


def fault_of(error: Exception) -> Fault:
    """The fault of a failure; a bug is logged here, once."""
    if isinstance(error, DeviceError):
        return error.fault
    # where, but never what: the message of an exception may hold what a card or a ticket said
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else "?"
    log.error("unexpected %s at %s", type(error).__name__, where)
    return Fault("device.failed", Action.SOFTWARE, f"{type(error).__name__} at {where}")
