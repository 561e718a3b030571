"""`central export`, `central import-…` and the accounts of programs: what is said on the command line, and answered."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from central.command_line import AsJson, Config, settings_of
from central.mendable import fail, plain_errors


def export_fields(
    config: Config,
    what: Annotated[str, typer.Argument(help="items, cases, ratings, voices or supervision.")],
    out: Annotated[Path, typer.Option("--out", help="The JSON file to write.")],
    first: Annotated[datetime | None, typer.Option("--first", formats=["%Y-%m-%d"], help="Its first day.")] = None,
    last: Annotated[datetime | None, typer.Option("--last", formats=["%Y-%m-%d"], help="Its last day; today.")] = None,
) -> None:
    """Write what the district exchanges: GB/T 39046 fields, or the catalogue in the provincial item schema."""
    from central.exchange import commands

    with plain_errors(), settings_of(config) as settings:
        until = (last or datetime.now(settings.zone)).date()
        made = commands.export(settings, what, (first.date() if first else until.replace(day=1)), until)
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{out}: written")


def import_items(
    config: Config,
    file: Path,
    into: Annotated[Path | None, typer.Option("--into", help="The folder for the items, one TOML file each.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Of another system: as drafts of the editor.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read items of the provincial item schema into files for `central publish catalogue`, or into drafts of the
    catalogue editor; all of them or none.
    """
    from central.exchange import commands

    if drafts == (into is not None):
        fail("say either `--into FOLDER` (items this system wrote) or `--drafts` (items of another system)")
    with plain_errors(), settings_of(config) as settings:
        if into is None:
            begun = commands.import_drafts(settings, file)
            lines = [f"{one['slug']}: {one['became']}, {len(one['lacks'])} to say" for one in begun["drafts"]]
            print(json.dumps(begun, ensure_ascii=False) if as_json else "\n".join(lines))
            return
        found = commands.import_items(settings, file, into)
        print(json.dumps(found) if as_json else f"{found['items']} items in {found['into']}")


Codes = Annotated[str, typer.Option("--codes", help="Whose digits it is written in: gbt-39046 or zhejiang.")]
Source = Annotated[str, typer.Option("--source", help="The system it comes from, as pages name it.")]


def import_cases(config: Config, file: Path, codes: Codes, source: Source, as_json: AsJson = False) -> None:
    """Take cases of another system in (GB/T 39046 tables 5 to 8, JSON or CSV); all of the file or nothing."""
    _import(config, file, "cases", codes, source, as_json=as_json)


def import_ratings(config: Config, file: Path, codes: Codes, source: Source, as_json: AsJson = False) -> None:
    """Take ratings of another system in (table 9); all of the file or nothing."""
    _import(config, file, "ratings", codes, source, as_json=as_json)


def import_complaints(config: Config, file: Path, codes: Codes, source: Source, as_json: AsJson = False) -> None:
    """Take complaints and questions of another system in (table 10); all of the file or nothing."""
    _import(config, file, "complaints", codes, source, as_json=as_json)


def _import(config: Path, file: Path, kind: str, codes: str, source: str, *, as_json: bool) -> None:
    import msgspec

    from central.exchange import commands
    from central.exchange.taking.files import Kind
    from central.web.words import Words

    with plain_errors(), settings_of(config) as settings:
        report = commands.import_records(settings, file, Kind(kind), codes, source)
        lines = commands.as_lines(file, report, Words("zh-Hans"))
        print(msgspec.json.encode(report).decode() if as_json else "\n".join(lines))
        if not report.taken:
            raise typer.Exit(1)


def add_program(
    config: Config,
    name: str,
    may: Annotated[list[str], typer.Option("--may", help="What it may fetch, or send_items; several are fine.")],
) -> None:
    """Enter an account of another system's program; prints its token, this once."""
    from central.exchange import commands

    with plain_errors(), settings_of(config) as settings:
        print(commands.add_program(settings, name, may))


def end_program(config: Config, name: str) -> None:
    """A program's token opens nothing any more."""
    from central.exchange import commands

    with plain_errors(), settings_of(config) as settings:
        print(f"{name}: {'ended' if commands.end_program(settings, name) else 'had no token that opens anything'}")
