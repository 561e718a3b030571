"""Signs of life of a serving process: one of its event loop, one after the group commit has answered.

Who supervises it tells by them a process that hangs from one that has nothing to do.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from central.intake.commit import GroupCommit, Overloaded, Task

LOOP: Final = "event loop"
COMMIT: Final = "group commit"
SIGNS: Final = (LOOP, COMMIT)
EVERY_SECONDS: float = 5.0


async def show(commit: GroupCommit, say: Callable[[str], None]) -> None:
    """Say both signs for ever. A database that is away is answered for, so it is no reason to end a process."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[None] | None = None
    while True:
        say(LOOP)
        if asked is not None and asked.done():
            asked.exception()
            say(COMMIT)
            asked = None
        if asked is None:
            with suppress(Overloaded):  # whether a full queue moves is not known
                answer: asyncio.Future[None] = loop.create_future()
                commit.submit(Task("~alive", lambda *_: None, answer, quiet=True))
                asked = answer
        await asyncio.sleep(EVERY_SECONDS)


def tell_service(*words: str) -> None:
    """Tell systemd, where it listens (sd_notify(3)): `READY=1`, `WATCHDOG=1`. What nobody takes is lost."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    place = "\0" + address[1:] if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
        line.sendto("\n".join(words).encode(), place)
