"""Files of a release, piece by piece, over the line that everything takes."""

from typing import Final

from contract.releases import Shelf, piece_path
from offline_cache.link.client import CentreClient

_THERE: Final = 200
_NOT_THERE: Final = 404


class ReleaseLine:
    """One connection, used by one thread; `close` may come from another."""

    def __init__(self, client: CentreClient) -> None:
        self._client = client

    def piece(self, shelf: Shelf, name: str, offset: int) -> bytes | None:
        """What follows `offset`, at most `PIECE` bytes; None where there is no such file. Raises LinkFailure."""
        path = piece_path(shelf, name, offset)
        answer = self._client.exchange("GET", path, b"", {}, frozenset({_THERE, _NOT_THERE}))
        return answer.body if answer.status == _THERE else None

    def close(self) -> None:
        """End what is under way."""
        self._client.close()
