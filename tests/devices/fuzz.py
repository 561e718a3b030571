"""Mutated frames for every protocol: `./suiban fuzz devices [--frames 100000] [--only NAME]` prints one JSON object.

No mutation may crash a parser, keep it busy or get a frame accepted whose own checksum does not fit.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass

from tests.devices.fuzz_protocols import PROTOCOLS

MOST_SECONDS_A_FRAME = 0.5


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
