"""Bytes handed from one process to another without a name, a disk or a socket's buffers: an anonymous file in memory.

Once it is sealed nobody can change its bytes or its length any more; it is gone with its last descriptor.
"""

import ctypes
import fcntl
import os
from typing import Final

MOST_BYTES: Final = 64 * 1024 * 1024
_SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


_M_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 128 * 1024


def return_large_blocks() -> bool:
    """From now on every block of 128 KiB and more goes back to the kernel when it is let go, and nobody reads it again.

    glibc raises that limit by itself when large blocks come and go (mallopt(3)): then rasters of a citizen's paper
    would lie in free memory of a process that lives on. Whether the library took it; others have no such limit.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE))
    except (OSError, AttributeError):
        return False


class NotOurs(ValueError):
    """What came is no sealed file of a length we take."""


def sealed(content: bytes) -> int:
    """A descriptor of `content`; whoever calls closes it. Raises NotOurs above MOST_BYTES."""
    if len(content) > MOST_BYTES:
        raise NotOurs(f"{len(content)} bytes to hand over; at most {MOST_BYTES} are allowed")
    descriptor = os.memfd_create("suiban", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def content(descriptor: int) -> bytes:
    """What a descriptor holds. Raises NotOurs for one that could still change under us, or is too long."""
    try:
        seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
    except OSError as error:
        raise NotOurs("the descriptor is no file in memory") from error
    if seals & _SEALS != _SEALS:
        raise NotOurs("the file in memory is not sealed")
    size = os.fstat(descriptor).st_size
    if size > MOST_BYTES:
        raise NotOurs(f"{size} bytes were handed over; at most {MOST_BYTES} are allowed")
    whole = bytearray(size)
    if os.preadv(descriptor, [whole], 0) != size:
        raise NotOurs("the file in memory ended early")
    return bytes(whole)
