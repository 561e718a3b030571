"""Who helps at a terminal (领办员): badge and number of a guide are asked of the centre before a record names them."""

import msgspec


class GuideAsked(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """Whether this badge is a guide's and this number (PIN) theirs. It travels sealed like every question."""

    badge: str
    pin: str


class GuideKnown(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """It is; the name as colleagues know it."""

    badge: str
    name: str
