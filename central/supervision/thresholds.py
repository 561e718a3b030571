"""What a district sets for its supervision: `[supervision]` in the centre's settings. Pure."""

from typing import Annotated

import msgspec

_Days = Annotated[int, msgspec.Meta(ge=0, le=60)]
_Minutes = Annotated[int, msgspec.Meta(ge=1, le=600)]


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Working days unless a name says otherwise. The law's own limits are not among them."""

    near_due_days: _Days = 1
    """A yellow card so many working days before something is due."""
    told_days: _Days = 5
    """Acceptance, correction or refusal is told within it (行政许可法 32: 五日内)."""
    wait_minutes: _Minutes = 60
    absent_minutes: _Minutes = 15
    help_seconds: Annotated[int, msgspec.Meta(ge=10, le=3600)] = 60
    route_days: _Days = 1
    progress_days: _Days = 10
    """A complaint of several departments: its citizen hears of it at least so often."""
    call_back_days: _Days = 5
    difficulty_days: _Days = 1
    """办不成事: a coordinator answers within it."""
    poor_rating_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 5
    """差评: rectified within 5 (德州, 2020) or 15 (四川, 2020) working days."""
    video_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s]+)?$")] = ""
    """The hall's video index, with `{place}`, `{from}` and `{to}` (ISO 8601); the product stores no video."""
    video_seconds: Annotated[int, msgspec.Meta(ge=10, le=3600)] = 120
    """Before and after the moment."""
