"""The card's photo: 1,024 bytes of a format nobody published; a maker's decoder for it is a program of its own.

A closed library may crash or hang; in a process of its own it costs the picture and nothing else.
"""

import subprocess
from typing import Final, Protocol

from devices.port import Deadline

BEGINS: Final = bytes.fromhex("574C66007E003200")
"""Every photo seen begins like this: "WL", 102 wide, 126 high."""
_SECONDS: Final = 1.0
_LARGEST: Final = 1 << 17
"""The picture has 38,862 bytes; a decoder that says much more says something else."""


class PhotoDecoder(Protocol):
    """Turns the photo into a BMP file."""

    def __call__(self, photo: bytes, deadline: Deadline) -> bytes | None:
        """The picture, or None when there is none. Never raises, never outlasts the deadline."""


class PhotoProgram:
    """A decoder as a program: the photo on its standard input, the picture on its standard output."""

    def __init__(self, program: str) -> None:
        self._program = program

    def __call__(self, photo: bytes, deadline: Deadline) -> bytes | None:
        """See PhotoDecoder."""
        if not photo.startswith(BEGINS):
            return None
        try:
            done = subprocess.run(
                [self._program],
                input=photo,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # nobody knows what it would say of whom
                timeout=deadline.sooner(_SECONDS).left(),
                env={},
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout if done.stdout.startswith(b"BM") and len(done.stdout) <= _LARGEST else None
