"""`./suiban bench NAME`."""

import sys
from importlib import import_module

NAMES = ("start",)


def main(arguments: list[str]) -> int:
    """Run one benchmark."""
    if not arguments or arguments[0] not in NAMES:
        print(f"usage: ./suiban bench {{{'|'.join(NAMES)}}} [OPTIONS]", file=sys.stderr)
        return 2
    status: int = import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
