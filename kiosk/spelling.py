"""The Pinyin of a catalogue's words. Runs in a process of its own: its table takes 55 MB, which no visit should carry.

`python -m kiosk spell --config FILE` prints the spelling as one JSON object; the terminal hands it to every visit.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from contract.catalogue import Item
from kiosk.search import Spelling, searched_texts

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
