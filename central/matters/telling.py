"""An open item in one sentence, in the words of whoever reads it."""

from central.intake.why import why
from central.matters.rules import ASIDE, Matter
from central.web.words import Words


def told(words: Words, matter: Matter) -> str:
    """What it is about, in words: each part of its detail that is a key is said, others stand as they are."""
    return told_of(words, matter.kind, matter.detail)


def told_of(words: Words, kind: str, detail: str) -> str:
    """The same of a kind and a detail."""
    if kind == ASIDE:
        return words(f"aside_why.{why(detail)}")
    return " ".join(_part(words, part, kind) for part in detail.split("|") if part)


def _part(words: Words, part: str, kind: str) -> str:
    if part.startswith("part."):
        name, state = part.removeprefix("part.").split("/state.")
        return f"{words.of('part', name)} {words.of('state', state)}"
    group, dot, key = part.partition(".")
    if dot and group in {"fault", "presence", "counter", "paper", "alarm"}:
        return words.of(group, key)
    if kind == "outbox":
        return words("terminal.outbox_count", count=part)
    return words.of("device", part.replace("_", "-")) if kind in {"device", "supply", "alarm"} else part
