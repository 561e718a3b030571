"""How large the next piece of a scan is: as much as goes through in a few seconds. Pure."""

from contract.scans import PIECE_LARGEST, PIECE_SMALLEST

FIRST_PIECE = 64 * 1024
WANTED_SECONDS = 4.0
_GROWTH = 2


def after_piece(sent: int, seconds: float) -> int:
    """After `sent` bytes went through in `seconds`: what would take WANTED_SECONDS, at most twice as much at once."""
    fitting = int(sent * WANTED_SECONDS / max(seconds, 0.001))
    return max(PIECE_SMALLEST, min(PIECE_LARGEST, sent * _GROWTH, fitting))


def after_failure(size: int) -> int:
    """After a piece that did not get through."""
    return max(PIECE_SMALLEST, size // 2)
