"""The settings' own word on the place: `[site]` of kiosk.toml, and how it goes before the profile it names."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE
from contract.hall_plan import HallPlan
from contract.hours import Clock, Opening
from kiosk import sites, words
from kiosk.facts import Site
from kiosk.sites import Profile


class SiteSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is written on every page."""

    hall: dict[str, str]
    place: dict[str, str]
    supervision_phone: str
    desk_phone: str
    staffed_hours: str
    responsible_phone: str = ""
    """Of whoever answers for this machine; the desk's where it is left out (TS-09)."""
    languages: tuple[str, ...] = ("zh-Hans", "zh-Hant", "en")
    profile: str = "hall"
    """The kind of place, of kiosk/sites, or a TOML file of its own; it says all that is left out here."""
    zone: str = ""
    """Which part of the place, where its loudspeakers have levels of their own."""
    night_from: Clock | None = None
    night_to: Clock | None = None
    windows: tuple[Opening, ...] = ()
    """The hours of this place's windows, where they are not those of the items."""
    open: tuple[Opening, ...] = ()
    """When people can reach this terminal, where that is not what the profile says."""
    plan: str = ""
    """The TOML file with the plan of the hall; empty: nobody has drawn it."""
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/\s]+)?$")] = ""
    """Where phones reach the centre, for the code on tickets; left out: as the centre says itself."""
    timezone: str = ""
    """The hall's zone, as the centre's settings name it; empty: the machine's own."""

    def __post_init__(self) -> None:
        """Every page and every ticket says these, in the language of the visit or in Chinese."""
        for name in ("hall", "place"):
            if not getattr(self, name).get(DEFAULT_LANGUAGE):
                message = f'`{name}`: the Chinese text is missing; add {name} = {{ "{DEFAULT_LANGUAGE}" = "…" }}'
                raise ValueError(message)
        known = words.languages()
        if not self.languages or not set(self.languages) <= set(known):
            message = f"`languages`: one or more of {', '.join(known)} expected"
            raise ValueError(message)
        try:
            ZoneInfo(self.timezone or "UTC")
        except (OSError, ValueError, LookupError) as error:
            message = f'`timezone`: no zone {self.timezone!r} on this machine; expected a name such as "Asia/Shanghai"'
            raise ValueError(message) from error


class NightSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Night mode as this terminal's settings say it; what is left out, the profile says (`kiosk.sites.NightPart`)."""

    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    brightness: Annotated[int, msgspec.Meta(ge=5, le=100)] | None = None
    help: str | None = None

    def over(self, profile: sites.NightPart) -> sites.NightPart:
        """The profile's under this. Raises ValueError."""
        said = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return sites.NightPart(**{**msgspec.structs.asdict(profile), **said})


def settled(site: SiteSection, night: NightSection, patience: sites.PatiencePart, here: Path) -> Profile:
    """The place's profile under what the settings say themselves. Raises ValueError."""
    profile = sites.load(site.profile, here)
    changed = msgspec.structs.replace
    hours = changed(
        profile.hours, place=site.open or profile.hours.place, windows=site.windows or profile.hours.windows
    )
    look = changed(
        profile.look,
        night_from=site.night_from or profile.look.night_from,
        night_to=site.night_to or profile.look.night_to,
    )
    waits = sites.PatiencePart(**{**profile.patience.told(), **patience.told()})
    return changed(profile, hours=hours, look=look, patience=waits, night=night.over(profile.night))


def facts_of(
    site: SiteSection, terminal: str, profile: Profile, plan: HallPlan | None = None, pictures: str = ""
) -> Site:
    """What pages are told of the place."""
    return Site(
        terminal=terminal,
        hall=site.hall,
        place=site.place,
        supervision_phone=site.supervision_phone,
        desk_phone=site.desk_phone,
        staffed_hours=site.staffed_hours,
        responsible_phone=site.responsible_phone or site.desk_phone,
        languages=site.languages,
        night_from=profile.look.night_from,
        night_to=profile.look.night_to,
        profile=site.profile,
        voice=profile.voice_in(site.zone),
        strict=profile.privacy.strict,
        attract=profile.look.attract,
        plan=plan,
        pictures=pictures,
        public_url=site.public_url,
    )
