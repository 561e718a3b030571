"""How far a terminal that is to come has come. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec

from central.fleet.rules import Card, Concern


class Stage(StrEnum):
    """In order; `refused` is an end of its own."""

    ASKED = "asked"
    AGREED = "agreed"
    CODE = "code"
    ENROLLED = "enrolled"
    HEARD = "heard"
    IN_SERVICE = "in_service"
    REFUSED = "refused"


class Onboarding(msgspec.Struct, frozen=True):
    """A wish for a terminal, and what became of it."""

    terminal: str
    hall: str
    place: str
    series: str
    district: str
    number: str
    reason: str
    asked_by: str
    asked_at: datetime
    agreed_by: str | None = None
    agreed_at: datetime | None = None
    refused_by: str | None = None
    code_at: datetime | None = None
    in_service_by: str | None = None
    in_service_at: datetime | None = None


def stage(one: Onboarding, card: Card | None, *, has_code: bool) -> Stage:
    """Where it stands: what the centre knows of the terminal itself counts more than what was clicked."""
    if one.refused_by is not None:
        return Stage.REFUSED
    if one.in_service_at is not None:
        return Stage.IN_SERVICE
    if card is not None:
        return Stage.HEARD if card.seen_at is not None else Stage.ENROLLED
    if one.agreed_at is None:
        return Stage.ASKED
    return Stage.CODE if has_code else Stage.AGREED


def not_ready(card: Card | None) -> str:
    """Why a terminal cannot go into service yet: a key of the pages' words; empty when nothing stands against it."""
    if card is None or card.seen_at is None:
        return "onboarding.not_heard"
    if not card.online:
        return "onboarding.not_online"
    if any(device.concern is Concern.ACT for device in card.devices):
        return "onboarding.device_red"
    if not any(service.open for service in card.services):
        return "onboarding.nothing_open"
    return ""
