"""Who sits at a window, as the window's own screen shows them: read from a form, and what a photo may be. Pure."""

from collections.abc import Mapping
from typing import Final

import msgspec

from central.screens.rules import Malformed

PHOTO_LARGEST: Final = 512 * 1024
_KINDS: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_LENGTHS: Final = {"shown": 20, "number": 20, "post": 40, "duty": 120, "promise": 120}


class Card(msgspec.Struct, frozen=True):
    """亮身份、亮职责、亮承诺. `name` is the account's; `shown` is what stands on the screen."""

    name: str
    shown: str
    number: str
    post: str
    duty: str
    promise: str
    has_photo: bool = False


def read_card(form: Mapping[str, str]) -> Card:
    """A card from its form. Raises Malformed."""
    told = {field: " ".join(form.get(field, "").split())[:most] for field, most in _LENGTHS.items()}
    name = form.get("name", "").strip()[:60]
    if not name:
        raise Malformed("screens.account_missing")
    if not (told["shown"] and told["number"] and told["post"] and told["duty"]):
        raise Malformed("screens.card_incomplete")
    return Card(name, told["shown"], told["number"], told["post"], told["duty"], told["promise"])


def photo_type(content: bytes) -> str:
    """Of a picture by its first bytes. Raises Malformed."""
    if len(content) > PHOTO_LARGEST:
        raise Malformed("screens.photo_large")
    found = next((kind for begins, kind in _KINDS if content.startswith(begins)), "")
    if not found:
        raise Malformed("screens.photo_kind")
    return found
