"""What the byte streams of printers have in common, whatever their language. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plain:
    """A command of a few bytes: its name and its parameters."""

    name: bytes
    parameters: bytes = b""


@dataclass(frozen=True)
class Character:
    """One character to print, already out of its encoding."""

    char: str
