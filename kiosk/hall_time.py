"""The hall's time of day: what every clock and calendar on this terminal is told in, whatever the machine is set to."""

import os
import time


def keep(zone: str) -> None:
    """Tell the time of that zone, here and in every process started from here; empty: the machine's own."""
    if zone:
        os.environ["TZ"] = zone
        time.tzset()
