"""A database of which only the write-ahead log is left. SQLite deletes a log that lies beside no file, or an empty one.

The log holds whole pages. With the first of them, which the cipher begins with, in the file's place SQLite reads the
rest from the log, and what never was in it reads as damaged. Layout: https://www.sqlite.org/fileformat2.html#walformat
"""

import struct
from pathlib import Path
from typing import Final

from offline_cache.disk import beside

_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")
_MAGIC: Final = (0x377F0682, 0x377F0683)


def openable(path: Path) -> bool:
    """Whether opening the file at `path` costs nothing of its log; gives it its first page where it lacks a body.

    False: nothing can be read, and the log must stay as it is. Raises OSError.
    """
    if beside.size(path) or not beside.size(beside.wal_of(path)):
        return True
    page = _first_page(beside.wal_of(path))
    if page is None:
        return False
    beside.write(path, page)
    return True


def _first_page(log: Path) -> bytes | None:
    """Page 1 as the log has it, from a run that was committed."""
    with log.open("rb") as file:
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return None
        magic, _, page_size, _, *salts, _, _ = _HEADER.unpack(head)
        if magic not in _MAGIC:
            return None
        found = None
        while len(frame := file.read(_FRAME.size)) == _FRAME.size:
            number, committed, *salted, _, _ = _FRAME.unpack(frame)
            if salted != salts:
                return None
            if number == 1 and found is None:
                found = file.read(page_size)
            else:
                file.seek(page_size, 1)
            if committed and found is not None:
                return found if len(found) == page_size else None
    return None
