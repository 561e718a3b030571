"""espeak-ng as a child process for each sentence: text in by a pipe, WAV out by a pipe, nothing on disk.

A child that is late is killed; where the program is missing there are captions only.
"""

import re
import subprocess
import threading
import tomllib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from kiosk.voice.sound import Sound, from_wav
from kiosk.voice.speech import FAST, NORMAL, SLOW

PROGRAM: Final = "espeak-ng"
DEADLINE_SECONDS: Final = 5.0
_VOICES: Final = {"zh-Hans": "cmn-latn-pinyin", "zh-Hant": "yue", "en": "en-us"}
"""Not `cmn`: Debian's dictionary turns characters into Pinyin, which that voice then reads as English."""
_SAID_AS: Final = Path(__file__).with_name("said_as.toml")
_WORDS_A_MINUTE: Final = {SLOW: 120, NORMAL: 160, FAST: 230}


class Mute(Exception):
    """Nothing can be synthesised; the message says why."""


class Synthesiser(Protocol):
    """Turns a sentence into sound."""

    def sound(self, text: str, language: str, speed: int) -> Sound:
        """Raises Mute."""

    def stop(self) -> None:
        """Callable from any thread: what is being made is not wanted any more."""


def voice_of(language: str) -> str:
    """The voice of a language: Mandarin, Cantonese for traditional characters, English; a pack's own by its tag."""
    return _VOICES.get(language, language)


def respelt(text: str, language: str) -> str:
    """`text` with the words its voice reads wrongly written as they sound; the longest word first."""
    words = said_as().get(language)
    return _pattern(language).sub(lambda found: words[found.group()], text) if words else text


@cache
def said_as() -> dict[str, dict[str, str]]:
    """Language -> word -> how it is written for the voice."""
    told: dict[str, dict[str, str]] = tomllib.loads(_SAID_AS.read_text(encoding="utf-8"))
    return told


@cache
def _pattern(language: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(said_as()[language], key=len, reverse=True))))


class Espeak:
    """One child a sentence."""

    def __init__(self, program: str = PROGRAM, deadline: float = DEADLINE_SECONDS) -> None:
        """`deadline` is seconds."""
        self._program = program
        self._deadline = deadline
        self._child: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()

    def sound(self, text: str, language: str, speed: int) -> Sound:
        """The sentence as sound. Raises Mute when espeak-ng is missing, late, or was told to stop."""
        voice = voice_of(language)
        command = (self._program, "-v", voice, "-s", str(_WORDS_A_MINUTE[speed]), "-b", "1", "--stdin", "--stdout")
        with self._guard:
            try:
                # By stdin: a command line can be read by every process of the machine.
                self._child = child = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except OSError as error:
                message = f"{self._program}: {error.strerror}; install the Debian package espeak-ng"
                raise Mute(message) from None
        try:
            wav, _ = child.communicate(respelt(text, language).encode() + b"\n", timeout=self._deadline)
        except subprocess.TimeoutExpired:
            message = f"{self._program}: no sound within {self._deadline:g} s"
            raise Mute(message) from None
        finally:
            _end(child)
        try:
            return from_wav(wav)
        except ValueError as error:
            message = f"{self._program} with voice {voice!r}: {error} (exit status {child.returncode})"
            raise Mute(message) from None

    def stop(self) -> None:
        """Kill the child that is at work."""
        with self._guard:
            if self._child is not None:
                self._child.kill()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    child.wait()
