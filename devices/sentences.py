"""What a fault means to a technician and what to do about it, in two languages. Texts lie beside each kind."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from devices.model import Action, Fault

LANGUAGES: Final = ("zh-Hans", "en")


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault by language: what is wrong, and what to do where the action's usual advice does not fit."""

    what: dict[str, str]
    advice: dict[str, str] = {}


@cache
def all_sentences() -> dict[str, Sentence]:
    """Every fault's sentence by its key: `sentences.toml` of this package and of each kind's folder."""
    found: dict[str, Sentence] = {}
    root = files("devices")
    for folder in (root, *sorted((entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name)):
        path = folder / "sentences.toml"
        if path.is_file():
            parts = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, dict[str, Sentence]])
            found |= {f"{part}.{key}": sentence for part, keys in parts.items() for key, sentence in keys.items()}
    return found


def what(fault: Fault, language: str = "en") -> str:
    """What is wrong. A key nobody wrote a sentence for is shown as it is."""
    sentence = all_sentences().get(fault.key)
    return sentence.what[language] if sentence else fault.key


def advice(fault: Fault, language: str = "en") -> str:
    """What to do now."""
    sentence = all_sentences().get(fault.key)
    own = sentence.advice.get(language) if sentence else None
    return own or all_sentences()[f"action.{fault.action}"].what[language]


def sentence(kind: str, port: str, fault: Fault, language: str = "en") -> str:
    """What is wrong, where, and what to do."""
    place = f"{kind}，{port}：" if language == "zh-Hans" else f"{kind} at {port}: "
    return place + clause(port, fault, language)


def clause(port: str, fault: Fault, language: str = "en") -> str:
    """What is wrong and what to do, where the port stands beside it already."""
    detail = fault.detail.removeprefix(port).removeprefix(":").strip()
    if language == "zh-Hans":
        return f"{what(fault, language)}{f'（{detail}）' if detail else ''}；{advice(fault, language)}。"
    return f"{what(fault, language)}{f' ({detail})' if detail else ''}; {advice(fault, language)}."


def actions() -> tuple[str, ...]:
    """The keys of the advice each action has."""
    return tuple(f"action.{action}" for action in Action)
