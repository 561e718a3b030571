"""The kind of error a person can mend: its message is one sentence that names the place and the expected value."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class MendableError(Exception):
    """Shown on the command line as it is, without a traceback."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """What a person can mend is one sentence, not a traceback."""
    try:
        yield
    except MendableError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Say it and end with status 1."""
    sys.stderr.write(f"central: {message}\n")
    raise SystemExit(1)
