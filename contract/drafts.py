"""What a draft holds, the same at four ends: terminal, phone, window and computer. Values only.

Answers are kept as every end keeps them: days `YYYY-MM-DD`, money in fen, several choices with a blank between them.
Pictures stay where they were taken and signatures are given for what is signed: neither is in a draft.
"""

import msgspec


class DraftPaper(msgspec.Struct, frozen=True):
    """How one material is there: `card`, `commitment`, `later` or `none`; what was scanned is scanned where it ends."""

    code: str
    way: str
    scans: tuple[str, ...] = ()
    found: str = ""


class DraftContent(msgspec.Struct, frozen=True):
    """`told` are the answers by the keys of situations and form; `seen` what was read and agreed to."""

    told: tuple[tuple[str, str], ...] = ()
    seen: tuple[str, ...] = ()
    lodged: tuple[DraftPaper, ...] = ()
