"""Every kind of service, by the name it is opened with. One pure module a kind."""

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.journey.service import Known, Turn
from kiosk.journey.services import (
    appointment,
    assist,
    faq,
    filing,
    finding,
    forms,
    green,
    guiding,
    mine,
    notice,
    numbers,
    orders,
    pickup,
    progress,
    query,
    sayings,
    supplement,
    work_lists,
)

Opener = Callable[[Known, str], Turn]
"""Begins a service; the text is what it is about: an item's slug, a code, or nothing."""

OPENERS: Final[Mapping[str, Opener]] = {
    "filing": filing.opened,
    "draft": filing.resumed,
    "query": query.opened,
    "forms": forms.opened,
    "notice": notice.opened,
    "guide": notice.opened,
    "appointment": appointment.opened,
    "progress": progress.opened,
    "pickup": pickup.opened,
    "saying": sayings.opened,
    "mine": mine.opened,
    "numbers": numbers.opened,
    "green": green.opened,
    "assist": assist.opened,
    "orders": orders.opened,
    "tracking": orders.tracked,
    "find": finding.opened,
    "way": guiding.opened,
    "supplement": supplement.opened,
    "faq": faq.opened,
    "lists": work_lists.opened,
}
