"""./suiban conformance: the rows of docs/requirements.toml, their tests, and whether the tests would notice."""

import argparse
import sys
import time
from pathlib import Path

import msgspec

from tests.conformance import sheet
from tests.conformance.rows import BadRows, Row, load
from tests.conformance.trial import Trial
from tests.conformance.verdict import Verdict, verdict


class Report(msgspec.Struct, frozen=True):
    """What --json prints. `rows` were looked at, `green` ones hold; `stayed_green` are removals nobody saw."""

    rows: int
    green: int
    open: int
    red: int
    seconds: float
    controls: int
    """Removals tried."""
    stayed_green: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


def main(arguments: list[str]) -> int:
    """Run, print, write the page; 1 where the file says more than is true, 2 where it cannot be read."""
    asked = _asked(arguments)
    try:
        rows = _chosen(load(), asked.row)
    except BadRows as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    begun = time.monotonic()
    trial = Trial(rows, controls=asked.controls)
    trial.run()
    verdicts = tuple(verdict(row, trial.ran, controls=asked.controls) for row in rows)
    report = reported(verdicts, round(time.monotonic() - begun, 1))
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "conformance.html").write_text(sheet.page(rows, report.verdicts), encoding="utf-8")
        (asked.out / "conformance.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    said = msgspec.json.encode(report).decode() if asked.json else _table(rows, report)
    print(said)  # noqa: T201
    return 1 if report.red else 0


def reported(verdicts: tuple[Verdict, ...], seconds: float) -> Report:
    """The figures of a run."""
    counted = {state: sum(one.state == state for one in verdicts) for state in ("green", "open", "red")}
    return Report(
        rows=len(verdicts),
        **counted,
        seconds=seconds,
        controls=sum(bool(one.control) for one in verdicts),
        stayed_green=tuple(one.id for one in verdicts if one.control and one.control != "red"),
        verdicts=verdicts,
    )


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./suiban conformance", description=__doc__)
    parser.add_argument("--json", action="store_true", help="figures and verdicts as JSON")
    parser.add_argument("--out", type=Path, help="folder for conformance.html, the hall's file, and conformance.json")
    parser.add_argument("--controls", action="store_true", help="also take each rule away: its tests must fail")
    parser.add_argument("row", nargs="*", metavar="ROW", help="only these, as ZN-04; all when left out")
    return parser.parse_args(arguments)


def _chosen(rows: tuple[Row, ...], wanted: list[str]) -> tuple[Row, ...]:
    there = {row.id for row in rows}
    if unknown := [one for one in wanted if one not in there]:
        message = f"there is no row {', '.join(unknown)}; docs/requirements.toml lists those there are"
        raise BadRows(message)
    return tuple(row for row in rows if not wanted or row.id in wanted)


def _table(rows: tuple[Row, ...], report: Report) -> str:
    lines = [
        f"{one.id}  {one.state:5}  {one.control and 'control ' + one.control:20}  {one.seconds:6.2f} s  {row.title.en}"
        + (f" — {one.said}" if one.said else "")
        for row, one in zip(rows, report.verdicts, strict=True)
    ]
    lines.append(f"rows {report.rows}, green {report.green}, open {report.open}, red {report.red}; {report.seconds} s")
    if report.controls:
        stayed = ", ".join(report.stayed_green) or "none"
        lines.append(f"removals {report.controls}, not noticed: {stayed}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
