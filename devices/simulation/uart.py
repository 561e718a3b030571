"""What a UART hears of bytes that were sent at another baud rate: for simulators whose rate nobody has set. Pure."""

_BITS_A_BYTE = 10
"""8N1: a low start bit, eight bits with the lowest first, a high stop bit; the line rests high."""


def misheard(sent: bytes, at: int, by: int) -> bytes:
    """The bytes a receiver at `by` baud makes of `sent`, which went over the line at `at` baud in one piece.

    A byte whose stop bit is wrong is given as it was read: the worst a device can do with it.
    """
    if at == by or not sent:
        return sent
    levels = [level for byte in sent for level in _levels(byte)]
    heard, seconds, end = bytearray(), 0.0, len(levels) / at
    while (start := _falls(levels, at, seconds)) < end:
        read = [_level(levels, at, start + (bit + 0.5) / by) for bit in range(_BITS_A_BYTE)]
        heard.append(sum(level << bit for bit, level in enumerate(read[1:9])))
        seconds = _rises(levels, at, start + 9.5 / by)
    return bytes(heard)


def _levels(byte: int) -> tuple[int, ...]:
    return (0, *(byte >> bit & 1 for bit in range(8)), 1)


def _level(levels: list[int], at: int, seconds: float) -> int:
    bit = int(seconds * at + 1e-9)
    return levels[bit] if bit < len(levels) else 1


def _falls(levels: list[int], at: int, since: float) -> float:
    """When the line goes low at or after that moment, at which it is high; the end of the bytes when it stays high."""
    bit = int(since * at + 1e-9)
    while bit < len(levels) and levels[bit]:
        bit += 1
    return max(since, bit / at)


def _rises(levels: list[int], at: int, since: float) -> float:
    """When the line is high again."""
    if _level(levels, at, since):
        return since
    bit = int(since * at + 1e-9)
    while bit < len(levels) and not levels[bit]:
        bit += 1
    return bit / at
