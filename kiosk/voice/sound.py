"""Sound as it is played: samples of 16 bits, one channel, and what is done to them, on little-endian machines. Pure."""

import array
import io
import math
import wave
from functools import cache
from typing import Final

import msgspec

RATE: Final = 22_050
"""Samples a second of what is synthesised, and of the tones."""
_LOUDEST: Final = 32_767
_QUIET: Final = 120


class Sound(msgspec.Struct, frozen=True):
    """Little-endian signed 16-bit samples of one channel."""

    samples: bytes
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """How long it is heard."""
        return len(self.samples) / 2 / self.rate


def from_wav(wav: bytes) -> Sound:
    """What a WAV file holds; one that was written to a pipe says a wrong length and is taken as long as it is.

    Raises ValueError for anything but one channel of 16 bits.
    """
    try:
        with wave.open(io.BytesIO(_mended(wav))) as opened:
            if opened.getnchannels() != 1 or opened.getsampwidth() != 2:
                message = f"{opened.getnchannels()} channels of {opened.getsampwidth() * 8} bits; one of 16 expected"
                raise ValueError(message)
            return Sound(opened.readframes(opened.getnframes()), opened.getframerate())
    except (wave.Error, EOFError) as error:
        message = f"no WAV: {error}"
        raise ValueError(message) from None


def to_wav(sound: Sound) -> bytes:
    """The WAV file of `sound`."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(sound.samples)
    return written.getvalue()


def _mended(wav: bytes) -> bytes:
    at = wav.find(b"data", 12)
    if wav[:4] != b"RIFF" or at < 0:
        return wav
    held = (len(wav) - at - 8) & ~1
    told = int.from_bytes(wav[at + 4 : at + 8], "little")
    if told <= held:
        return wav
    size, total = held.to_bytes(4, "little"), (at + held).to_bytes(4, "little")
    return wav[:4] + total + wav[8 : at + 4] + size + wav[at + 8 : at + 8 + held]


def without_silence(sound: Sound) -> Sound:
    """`sound` without what is nearly silent at its end but a breath of it: a fifth of every prompt."""
    samples = array.array("h", sound.samples)
    end = len(samples)
    while end and abs(samples[end - 1]) < _QUIET:
        end -= 1
    return Sound(samples[: min(len(samples), end + sound.rate // 20)].tobytes(), sound.rate)


def at_level(sound: Sound, level: int) -> Sound:
    """`sound` at `level` of 0 to 100, as ears count: half of it is 20 dB less than the whole."""
    if level >= 100:
        return sound
    samples = array.array("h", sound.samples)
    softer = array.array("h", map(_softer(max(0, level)).__getitem__, samples))
    return Sound(softer.tobytes(), sound.rate)


@cache
def _softer(level: int) -> "array.array[int]":
    """Sample -> softer sample; negative ones are found from the end, as Python indexes."""
    part = 0.0 if level == 0 else 10 ** ((level - 100) / 50)
    return array.array("h", [round((value if value <= _LOUDEST else value - 65536) * part) for value in range(65536)])


@cache
def chime() -> Sound:
    """Two soft tones: something asks for attention."""
    return Sound((_tone(660, 0.18) + _tone(880, 0.28)).tobytes())


def _tone(hertz: float, seconds: float) -> "array.array[int]":
    count = int(RATE * seconds)
    return array.array(
        "h",
        (
            int(_LOUDEST * 0.45 * math.sin(2 * math.pi * hertz * at / RATE) * min(1.0, at / 400, (count - at) / 2000))
            for at in range(count)
        ),
    )
