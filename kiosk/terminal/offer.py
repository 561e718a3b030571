"""Which items this terminal offers: the embedded ones, and what the centre has changed of them.

What came down lies as files beside the store, so that a visit has it before the store is open.
"""

from collections.abc import Mapping
from typing import Final

from contract.catalogue import Item
from kiosk import services, sites
from kiosk.durable import make_folder, replace_file
from kiosk.services import Services
from kiosk.settings import Settings

CAME_DOWN: Final = "catalogue"


def load(found: Settings) -> Services:
    """The items in force that this kind of place offers. Never raises for a malformed file."""
    every = services.load(found.services or services.FOLDER, found.folder / CAME_DOWN)
    return Services(sites.offered(found.profile, every.items), every.errors)


def write(found: Settings, catalogue: Mapping[str, bytes]) -> bool:
    """Bring what came down to disk: slug -> TOML, empty for what is taken away. Whether anything changed.

    Raises OSError. After a cut some items are new and some old; the next start writes the rest.
    """
    folder = found.folder / CAME_DOWN
    if not catalogue and not folder.exists():
        return False
    make_folder(folder)
    changed = False
    for slug, text in catalogue.items():
        path = folder / f"{slug}.toml"
        if not path.exists() or path.read_bytes() != text:
            replace_file(path, text)
            changed = True
    for path in folder.glob("*.toml"):
        if path.stem not in catalogue:
            path.unlink()
            changed = True
    return changed


class Offer:
    """The items of the running terminal. `now` and `known` keep being the same dictionaries. Main thread only."""

    def __init__(self, found: Services) -> None:
        self.now: dict[str, Item] = {}
        """What can be begun, by slug."""
        self.known: dict[str, Item] = {}
        """Those that were taken away meanwhile too: who has begun one finishes it, and its papers are printed."""
        self._every: dict[tuple[str, int], Item] = {}
        self.take(found)

    def take(self, found: Services) -> None:
        """Go on with these items."""
        self.now.clear()
        self.now.update({item.slug: item for item in found.items})
        self.known.update(self.now)
        self._every.update({(item.slug, item.version): item for item in found.items})

    def find(self, slug: str, version: int) -> Item | None:
        """The item as its citizen saw it; as it is now where that version is not known here."""
        return self._every.get((slug, version)) or self.known.get(slug)
