"""A centre whose workers must give a sign of life every few seconds; children of it run these lines, too."""

from central import alive, workers
from central.__main__ import app

alive.EVERY_SECONDS = 0.5
workers.SILENT_SECONDS = 6.0

if __name__ == "__main__":
    app(prog_name="central")
