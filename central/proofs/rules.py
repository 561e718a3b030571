"""The report of cancelled proofs: one line a paper, whichever items would want it. Pure."""

from collections.abc import Iterable

import msgspec

from central.csv_text import csv_text
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.proofs import ORDER, Spared, Stand, asked, spared


class Proof(msgspec.Struct, frozen=True):
    """A paper nobody has to bring: what stands for it, and the items it is spared in."""

    name: str
    source: str
    stands: tuple[Stand, ...]
    of: tuple[Spared, ...]


class Report(msgspec.Struct, frozen=True):
    """`papers` are named by the items in all, `spared` of them are not asked for."""

    items: int
    papers: int
    spared: int
    proofs: tuple[Proof, ...]

    @property
    def by_way(self) -> dict[Stand, int]:
        """How many papers each way stands for, counted by the easiest."""
        first = [one.stands[0] for proof in self.proofs for one in proof.of]
        return {way: first.count(way) for way in ORDER}


def report(items: Iterable[Item]) -> Report:
    """What is spared, the paper of most items first."""
    there = tuple(items)
    found: dict[str, list[Spared]] = {}
    for one in spared(there):
        found.setdefault(one.name[DEFAULT_LANGUAGE], []).append(one)
    proofs = tuple(
        Proof(
            of[0].name[DEFAULT_LANGUAGE],
            next((one.source[DEFAULT_LANGUAGE] for one in of if one.source), ""),
            tuple(way for way in ORDER if any(way in one.stands for one in of)),
            tuple(of),
        )
        for of in found.values()
    )
    ordered = tuple(sorted(proofs, key=lambda proof: (-len(proof.of), proof.name)))
    return Report(len(there), asked(there), sum(len(proof.of) for proof in proofs), ordered)


def table(report: Report, words: dict[Stand, str], head: tuple[str, ...]) -> str:
    """The report as CSV, one line for each item that asks for a proof no more."""
    return csv_text(
        head,
        (
            (
                proof.name,
                proof.source,
                "、".join(words[way] for way in one.stands),
                one.item_title[DEFAULT_LANGUAGE],
                one.item,
                str(one.version),
            )
            for proof in report.proofs
            for one in proof.of
        ),
    )
