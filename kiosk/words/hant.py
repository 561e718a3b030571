"""繁體 out of 简体: OpenCC with phrases, in the characters of Hong Kong, and a list of what it does not know.

`s2hk` and not `s2twp`: it changes characters and not terms, so that what stands on the screen is called what the
window, the certificate and the law call it (打印 stays 打印; `s2twp` would write 列印).
The words of the terminal are converted once and kept in zh-Hant/, where people read them; what has only simplified text
(an item of the centre, a hall's name) is converted in the visit that shows it. Names of citizens never are.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

TRADITIONAL = "zh-Hant"

_FOLDER = Path(__file__).parent
_FROM = _FOLDER / "zh-Hans"
_TO = _FOLDER / TRADITIONAL
_OVERRIDES = _FOLDER / "overrides.toml"
_HEAD = "# Made by `python -m kiosk.words convert` out of ../zh-Hans and ../overrides.toml; not to be edited.\n"
_VALUE = re.compile(r'^(?P<key>\s*[\w."-]+\s*=\s*)(?P<text>".*")\s*$', re.MULTILINE)


@cache
def traditional(text: str) -> str:
    """`text` in traditional characters; what is traditional already stays."""
    for simplified, wanted in _phrases():
        text = text.replace(simplified, wanted)
    return str(_converter().convert(text))


def converted() -> dict[Path, str]:
    """Every file of zh-Hant as it should be."""
    return {_TO / path.name: _file(path) for path in sorted(_FROM.glob("*.toml"))}


def left_over() -> list[Path]:
    """Files of zh-Hant that nothing in zh-Hans stands behind."""
    return [path for path in sorted(_TO.glob("*.toml")) if not (_FROM / path.name).exists()]


def _file(path: Path) -> str:
    keys = _overrides()["key"]
    table = ""
    lines = [_HEAD]
    for line in path.read_text(encoding="utf-8").splitlines():
        bare = line.strip()
        if bare.startswith("#"):
            continue
        if bare.startswith("["):
            table = bare.strip("[]").strip()
        found = _VALUE.match(line)
        if found is None:
            lines.append(line)
            continue
        name = f"{table}.{found['key'].split('=')[0].strip()}".lstrip(".")
        text = keys[name] if name in keys else traditional(tomllib.loads(f"text = {found['text']}")["text"])
        lines.append(f"{found['key']}{_quoted(text)}")
    return "\n".join(lines).rstrip() + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@cache
def _overrides() -> dict[str, dict[str, str]]:
    return {"key": {}, "phrase": {}} | tomllib.loads(_OVERRIDES.read_text(encoding="utf-8"))


def _phrases() -> tuple[tuple[str, str], ...]:
    return tuple(_overrides()["phrase"].items())


@cache
def _converter():  # type: ignore[no-untyped-def]  # noqa: ANN202 - OpenCC ships no types
    from opencc import OpenCC  # noqa: PLC0415 - a tenth of a second that only traditional characters cost

    return OpenCC("s2hk")
