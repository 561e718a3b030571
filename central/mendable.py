"""The kind of error a person can mend: its message is one sentence that names the place and the expected value."""


class MendableError(Exception):
    """Shown on the command line as it is, without a traceback."""
