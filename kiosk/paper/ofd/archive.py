"""The parts of an OFD file: a ZIP from outside, read within limits, its XML without entities."""

import io
import posixpath
import zipfile
from typing import Final
from xml.etree.ElementTree import Element  # the type only; what parses is defusedxml

from defusedxml.ElementTree import fromstring

MOST_FILE_BYTES: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 2000
MOST_PART_BYTES: Final = 32 * 1024 * 1024
MOST_BYTES: Final = 96 * 1024 * 1024
"""Of all parts that were read, unpacked."""


class NotAnOfd(ValueError):
    """The file is no OFD that can be drawn; the sentence says what and where."""


class Archive:
    """Reads parts by their location. Nothing is ever unpacked to a disk."""

    def __init__(self, content: bytes) -> None:
        """Raises NotAnOfd."""
        if len(content) > MOST_FILE_BYTES:
            raise NotAnOfd(f"the OFD has {len(content)} bytes; at most {MOST_FILE_BYTES} are read")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
            raise NotAnOfd("the OFD is no ZIP archive that can be read") from error
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS:
            raise NotAnOfd(f"the OFD has {len(entries)} parts; at most {MOST_PARTS} are read")
        self._parts = {entry.filename.lstrip("/"): entry for entry in entries}
        self._left = MOST_BYTES

    def has(self, path: str) -> bool:
        """Whether there is such a part."""
        return path in self._parts

    def read(self, path: str) -> bytes:
        """A part. Raises NotAnOfd for one that is missing, damaged or too large."""
        entry = self._parts.get(path)
        if entry is None:
            raise NotAnOfd(f"the OFD lacks its part {path!r}")
        most = min(MOST_PART_BYTES, self._left)
        try:
            with self._zip.open(entry) as opened:
                content = opened.read(most + 1)
        except Exception as error:  # zipfile raises of many kinds for damaged or encrypted parts
            raise NotAnOfd(f"the part {path!r} of the OFD cannot be unpacked") from error
        if len(content) > most:
            raise NotAnOfd(f"the part {path!r} of the OFD is larger than {most} bytes")
        self._left -= len(content)
        return content

    def xml(self, path: str) -> Element:
        """A part as XML. Raises NotAnOfd."""
        try:
            found: Element = fromstring(self.read(path), forbid_dtd=True)
        except (SyntaxError, ValueError, LookupError) as error:
            if isinstance(error, NotAnOfd):
                raise
            raise NotAnOfd(f"the part {path!r} of the OFD is no XML without entities") from error
        return found


def located(base: str, location: str) -> str:
    """ST_Loc (GB/T 33190 7.2): from the root where it begins with a slash, else from the folder of the part `base`.

    It names a part of the archive whatever it says: nothing is looked for on a disk.
    """
    location = location.strip().replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), location)).lstrip("/")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element, *names: str) -> Element | None:
    """The first descendant along these names."""
    found: Element | None = element
    for name in names:
        found = None if found is None else next((one for one in found if local(one) == name), None)
    return found


def text(element: Element, *names: str) -> str:
    """The text of the first descendant along these names; empty without one."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""
