"""Mutated frames for every protocol: `./suiban fuzz devices [--frames 100000] [--only NAME]` prints one JSON object.

No mutation may crash a parser, keep it busy or get a frame accepted whose own checksum does not fit.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

from devices.id_card_reader import protocol as sam_v
from devices.id_card_reader.cards import CARDS
from devices.ticket_printer.replies import ReplyReader

MOST_SECONDS_A_FRAME = 0.5


@dataclass(frozen=True)
class Protocol:
    """How one protocol is fed, and what of it can be proven."""

    samples: tuple[bytes, ...]
    feed: Callable[[bytes], Iterator[bytes]]
    """Everything it accepts of a stream, as the bytes that must then stand in that stream. ValueError: refused."""
    sound: Callable[[bytes], bool]
    """Whether such bytes carry the checksum they should, worked out here and not by the driver."""


@dataclass
class Outcome:
    """What became of the mutated frames of one protocol."""

    frames: int = 0
    accepted: int = 0
    refused: int = 0
    slowest_ms: float = 0.0


def mutated(samples: tuple[bytes, ...], chance: random.Random) -> bytes:
    """A sample with up to four of the things that happen on a line."""
    wire = bytearray(chance.choice(samples))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(wire) + 1)
        match chance.randrange(7):
            case 0 if at < len(wire):
                wire[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(wire):
                del wire[at]
            case 2:
                wire.insert(at, chance.randrange(256))
            case 3:
                wire[at:at] = chance.choice(samples)
            case 4:
                del wire[at:]
            case 5:
                wire[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 12)))
            case _:
                wire[at : at + chance.randint(1, 4)] = bytes([chance.choice((0, 0xFF, 0x7F, 0x80))])
    return bytes(wire)


def run(name: str, frames: int, seed: int = 1) -> Outcome:
    """Feed mutated frames; AssertionError names the seed's frame that was accepted wrongly or took too long."""
    protocol, chance, outcome = PROTOCOLS[name], random.Random(f"{name} {seed}"), Outcome()
    for _ in range(frames):
        wire = mutated(protocol.samples, chance)
        began = time.perf_counter()
        try:
            accepted = list(protocol.feed(wire))
        except ValueError:
            accepted = []
            outcome.refused += 1
        took = time.perf_counter() - began
        assert took < MOST_SECONDS_A_FRAME, f"{name}: {took:.2f} s for {wire.hex()}"
        for found in accepted:
            assert found in wire, f"{name}: made up {found.hex()} from {wire.hex()}"
            assert protocol.sound(found), f"{name}: accepted {found.hex()} of {wire.hex()}"
        outcome.frames += 1
        outcome.accepted += len(accepted)
        outcome.slowest_ms = max(outcome.slowest_ms, round(took * 1000, 2))
    return outcome


# --- the protocols ----------


def _sam_v(wire: bytes) -> Iterator[bytes]:
    for event in sam_v.FrameReader().feed(wire):
        if isinstance(event, sam_v.Frame):
            counted = (len(event.body) + 1).to_bytes(2, "big") + event.body
            yield sam_v.PREAMBLE[-2:] + counted + bytes([reduce(xor, counted)])


def _escpos(wire: bytes) -> Iterator[bytes]:
    ReplyReader().feed(wire)
    return iter(())


def _always(_: bytes) -> bool:
    return True


PROTOCOLS: dict[str, Protocol] = {
    "SAM-V": Protocol(
        samples=tuple(
            sam_v.encode_reply(sam_v.Reply(0x90, payload))
            for payload in (b"", bytes(16), *(sam_v.encode_blocks(sam_v.CardBlocks(card.text(), bytes(1024)))
                                              for card in CARDS.values()))
        ),
        feed=_sam_v,
        sound=lambda found: reduce(xor, found[2:]) == 0,
    ),
    "ESC/POS": Protocol(
        samples=(b"\x12", b"\x10\x00\x00\x00", b"\x37\x22A001\x00", b"\x11\x13", b"\x18\x00\x0f\x00\x12\x0f"),
        feed=_escpos,
        sound=_always,
    ),
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Fuzz and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000, help="mutated frames a protocol")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=sorted(PROTOCOLS), action="append")
    options = parser.parse_args(arguments)
    report = {}
    for name in options.only or PROTOCOLS:
        report[name] = vars(run(name, options.frames, options.seed))
        print(f"{name}: {report[name]}", file=sys.stderr)
    print(json.dumps({"seed": options.seed, "protocols": report}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
