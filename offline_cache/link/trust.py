"""The centre's public keys as this terminal knows them: those it enrolled with, and those these handed on to."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from contract.succession import Statement, followed
from contract.suites import PublicKey

_log = logging.getLogger(__name__)


class Trust:
    """One for all threads that talk to the centre."""

    def __init__(
        self,
        enrolled: Mapping[str, PublicKey],
        statements: Iterable[Statement] = (),
        keep: Callable[[tuple[Statement, ...]], None] = lambda _: None,
    ) -> None:
        """`keep` writes down the statements that count, for the next start; what it raises as OSError is learned again
        then.
        """
        self._enrolled = dict(enrolled)
        self._keep = keep
        self._lock = threading.Lock()
        self._keys, self._counted = followed(self._enrolled, statements)

    @classmethod
    def of(cls, keys: "Mapping[str, PublicKey] | Trust") -> "Trust":
        """The same, or one of these keys alone."""
        return keys if isinstance(keys, Trust) else cls(keys)

    @property
    def keys(self) -> Mapping[str, PublicKey]:
        """By id; never changed once it is given out."""
        return self._keys

    def learn(self, statements: Iterable[Statement]) -> bool:
        """Take in what the centre says of its keys, from wherever it comes. Whether anything of it is new and holds."""
        with self._lock:
            new = [one for one in statements if one not in self._counted]
            keys, counted = followed(self._enrolled, (*self._counted, *new))
            if counted == self._counted:
                return False
            self._keys, self._counted = keys, counted
            try:
                self._keep(counted)
            except OSError as error:
                _log.warning("the centre's keys are not written down: %s", error.strerror)
            return True
