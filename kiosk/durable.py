"""A file replaced as one step: after a power cut it is the old one or the new one, whole.

Root at the console changes nobody's files into its own: the terminal, which is another user, must go on reading them.
"""

import os
import secrets
from pathlib import Path


def give(file: int | Path, like: os.stat_result) -> None:
    """Where root made it, hand it to whoever owns what it stands beside. Raises OSError."""
    if os.geteuid() == 0:
        os.chown(file, like.st_uid, like.st_gid)


def make_folder(folder: Path) -> None:
    """The folder and what lacks above it, mode 0700, of the same owner as the one it is made in. Raises OSError."""
    for lacking in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        lacking.mkdir(exist_ok=True, mode=0o700)
        give(lacking, lacking.parent.stat())


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, sync it, put it in its place and sync the folder. Raises OSError; the old stays.

    The mode and, for root, the owner of a file that is there are kept; a new one is 0600 and its folder's owner's.
    """
    before = path.stat() if path.exists() else None
    mode = before.st_mode & 0o777 if before else 0o600
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            give(descriptor, before or path.parent.stat())
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
