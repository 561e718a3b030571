"""Which view belongs to which page of the technician. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.technician.values import Page
from ui.views.technician.device import device_view
from ui.views.technician.door import door_view
from ui.views.technician.overview import add_view, overview_view
from ui.views.technician.records import export_view, leave_view, people_view, revision_view, revisions_view
from ui.views.technician.rounds import calibrate_view, chain_view, find_view, type_view
from ui.views.technician.sheet import Look, SheetView

_VIEWS: Final[Mapping[Page, Callable[[Look], SheetView]]] = {
    Page.DOOR: door_view,
    Page.OVERVIEW: overview_view,
    Page.ADD: add_view,
    Page.DEVICE: device_view,
    Page.FIND: find_view,
    Page.TYPE: type_view,
    Page.CHAIN: chain_view,
    Page.CALIBRATE: calibrate_view,
    Page.REVISIONS: revisions_view,
    Page.REVISION: revision_view,
    Page.EXPORT: export_view,
    Page.PEOPLE: people_view,
    Page.LEAVE: leave_view,
}


def page_view(look: Look) -> SheetView:
    """The page that is open."""
    return _VIEWS[look.session.page](look)
