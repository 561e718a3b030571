"""The terminal under `bench screen`: the product's own process and everything in it, whose visits are replayed ones
and follow one another without the half second that a spare leaves to the first frames of a visit.
"""

import sys
from pathlib import Path

from kiosk import launch

NEXT_AFTER = 0.02


def main(config: Path) -> int:
    """Run it until SIGTERM."""
    launch.visit_command = lambda *_: (sys.executable, "-m", "benchmarks.screen_month_visit")
    from kiosk.terminal import visits  # noqa: PLC0415 - whoever imports it takes the command above

    visits.SPARE_AFTER = visits.FIRST_SPARE_AFTER = NEXT_AFTER  # type: ignore[misc]  # at speed
    from kiosk.__main__ import _terminal  # noqa: PLC0415 - as above

    return _terminal(config, None)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
