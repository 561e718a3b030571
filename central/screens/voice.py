"""A call as sound: espeak-ng as a child process for each sentence, text in by a pipe, WAV out by a pipe."""

import subprocess
from functools import lru_cache
from typing import Final

PROGRAM: Final = "espeak-ng"
DEADLINE_SECONDS: Final = 5.0
_VOICE: Final = "cmn-latn-pinyin"
"""Not `cmn`: Debian's dictionary turns characters into Pinyin, which that voice then reads as English."""
_WORDS_A_MINUTE: Final = 140


class Mute(Exception):
    """Nothing can be spoken; the message says why."""


@lru_cache(maxsize=64)
def wav_of(text: str) -> bytes:
    """The sentence as WAV. Raises Mute where espeak-ng is missing or late: then calls are silent, nothing else."""
    command = (PROGRAM, "-v", _VOICE, "-s", str(_WORDS_A_MINUTE), "-b", "1", "--stdin", "--stdout")
    try:
        made = subprocess.run(
            command, input=text.encode() + b"\n", capture_output=True, timeout=DEADLINE_SECONDS, check=True
        )
    except OSError as error:
        message = f"{PROGRAM}: {error.strerror}; install the Debian package espeak-ng"
        raise Mute(message) from None
    except subprocess.SubprocessError:
        message = f"{PROGRAM}: no sound within {DEADLINE_SECONDS:g} s; calls stay silent"
        raise Mute(message) from None
    return made.stdout
