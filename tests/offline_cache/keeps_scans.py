"""A process that keeps scans until it is killed: python -m tests.offline_cache.keeps_scans FOLDER SEED."""

import random
import sys
from pathlib import Path

from contract.suites import INTL
from offline_cache.scans.files import ScanStore


def main(folder: Path, seed: int) -> None:
    """Say each name as soon as it is promised."""
    files, chance = ScanStore(folder), random.Random(seed)
    files.sweep()
    while True:
        print(files.keep(chance.randbytes(chance.randrange(1, 200_000)), INTL), flush=True)  # noqa: T201 - its report


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
