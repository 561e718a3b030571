"""The Pinyin of a catalogue's words. Runs in a process of its own: its table takes 55 MB, which no visit should carry.

`python -m kiosk spell --config FILE` prints the spelling as one JSON object; the terminal hands it to every visit.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from contract.catalogue import Item
from kiosk import audit
from kiosk.journey.search import Spelling, searched_texts

_PATIENCE_SECONDS: Final = 60


def spell(items: Iterable[Item]) -> dict[str, tuple[str, ...]]:
    """Text -> its syllables without tones, in lower case: `社保` -> (`she`, `bao`)."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - only the process that spells loads the table

    return {text: tuple(syllable.lower() for syllable in lazy_pinyin(text)) for text in searched_texts(items)}


def ask(config: Path) -> Spelling:
    """Have a process spell the catalogue of these settings. Raises OSError, ValueError or SubprocessError."""
    asked = subprocess.run(
        (sys.executable, "-m", "kiosk", "spell", "--config", str(config)),
        capture_output=True,
        check=True,
        timeout=_PATIENCE_SECONDS,
    )
    table: dict[str, list[str]] = json.loads(asked.stdout)
    return {text: tuple(syllables) for text, syllables in table.items()}


class Speller:
    """Has the catalogue spelt once, when somebody has the time, and tells it. Main thread only."""

    def __init__(
        self, config: Path, post: Callable[[Callable[[], None]], None], told: Callable[[Spelling], None]
    ) -> None:
        """`post` brings a call onto the main thread; `told` gets the spelling there."""
        self._config = config
        self._post = post
        self._told = told
        self._begun = False
        self.spelling: Spelling = {}

    def begin(self) -> None:
        """The first page is on the glass."""
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._ask, name="spelling", daemon=True).start()

    def again(self) -> None:
        """The catalogue has changed."""
        if self._begun:
            threading.Thread(target=self._ask, name="spelling", daemon=True).start()

    def _ask(self) -> None:
        try:
            spelling = ask(self._config)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            audit.note("spelling_failed", error=str(error))
            return
        self._post(lambda: self._spelt(spelling))

    def _spelt(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._told(spelling)
