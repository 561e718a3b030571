"""`central lint`: what is wrong with service items, before anybody publishes them."""

import json
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from central.catalogue_lint.rules import Finding, Policies
from central.catalogue_lint.rules import lint as find
from central.mendable import fail, plain_errors
from central.settings import Settings

Files = Annotated[list[Path], typer.Argument(help="Service items, one TOML file each.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="The settings file: which policies are on; all usual ones if left out.")
]


def lint(
    files: Files,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")] = False,
) -> None:
    """Check service items: mandatory fields, codes, promised limits, steps. Ends with 1 where one may not go out."""
    from central import settings

    with plain_errors():
        policies = _switched_on(settings.read(config)) if config else Policies()
    grave = False
    told: list[_Told] = []
    for file in files:
        try:
            found = find(file.read_bytes(), policies)
        except OSError as error:
            fail(f"{file}: cannot be read ({error.strerror}); expected a TOML file")
        grave = grave or bool(found.grave)
        told.append(_Told(str(file), found.steps, found.findings))
    if as_json:
        print(json.dumps({"files": [one.plain() for one in told], "publishable": not grave}, ensure_ascii=False))
    else:
        for each in told:
            print("\n".join(each.lines()))
    raise typer.Exit(1 if grave else 0)


def _switched_on(found: Settings) -> Policies:
    from central import enrolment
    from central.catalogue_lint.policies import switched_on

    with enrolment.opened(found) as database, database.reading() as connection:
        return switched_on(connection)


class _Told(NamedTuple):
    file: str
    steps: int
    findings: tuple[Finding, ...]

    def plain(self) -> dict[str, object]:
        found = [{"rule": one.rule, "place": one.place, "grave": one.grave, "says": one.told("en")} for one in self[2]]
        return {"file": self.file, "steps": self.steps, "findings": found}

    def lines(self) -> list[str]:
        head = [f"{self.file}: {self.steps} steps"]
        marks = [f"  {'REFUSED' if one.grave else 'flag'} {one.place}: {one.told('en')}" for one in self.findings]
        return head + marks
