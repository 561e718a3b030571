"""`central publish …`: each thing checked whole before anything of it is signed; the log says who did it."""

import getpass
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from central.feed.rules import EVERYBODY, Draft
from central.mendable import MendableError, plain_errors

publish = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="What goes down to the terminals."
)

Config = Annotated[Path, typer.Option("--config", help="The settings file, e.g. central.toml.")]
By = Annotated[str, typer.Option("--by", help="Who does it; the account of this machine if left out.")]
OneTerminal = Annotated[str, typer.Option("--terminal", help="The terminal it is for.")]
AnyTerminal = Annotated[str, typer.Option("--terminal", help="One terminal alone; all of them if left out.")]
Reason = Annotated[str, typer.Option("--reason", help="What citizens read, in Chinese.")]
ReasonEnglish = Annotated[str, typer.Option("--reason-en", help="The same in English.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


class Refused(MendableError):
    """What was asked cannot be published; the message says what was expected."""


@publish.command()
def catalogue(config: Config, files: list[Path], by: By = "", as_json: AsJson = False) -> None:
    """Service items, one TOML file each. All are checked before the first is signed."""
    from central.feed import rules

    _publish(config, by, as_json, lambda who, _: [rules.catalogue_draft(str(file), _read(file), who) for file in files])


@publish.command()
def withdraw(config: Config, item: str, by: By = "", as_json: AsJson = False) -> None:
    """Take a service item away from every terminal."""
    from central.feed import rules

    _publish(config, by, as_json, lambda who, _: [rules.withdrawal_draft(item, who)])


@publish.command()
def notice(config: Config, file: Path, by: By = "", as_json: AsJson = False) -> None:
    """A notice for citizens from TOML: `id`, `from_at`, `until_at`, `[text]` by language; `terminal` for one alone."""
    from central.feed import rules

    _publish(config, by, as_json, lambda who, now: [rules.notice_draft(str(file), _read(file), now, who)])


@publish.command("withdraw-notice")
def withdraw_notice(config: Config, notice_id: str, by: By = "", as_json: AsJson = False) -> None:
    """Take a notice away before its time, wherever it is shown."""
    from central.feed import rules

    _publish(config, by, as_json, lambda who, _: [rules.notice_withdrawal_draft(notice_id, who)])


@publish.command()
def switch(
    config: Config,
    item: str,
    on: Annotated[bool, typer.Option("--on/--off", help="Switch it on again, or off.")],
    reason: Reason = "",
    reason_en: ReasonEnglish = "",
    terminal: AnyTerminal = EVERYBODY,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Switch a service item off, with the reason citizens read, or on again."""
    from central.feed import rules

    said = _by_language(reason, reason_en)
    _publish(
        config,
        by,
        as_json,
        lambda who, _: [rules.switch_draft(item, on=on, reason=said, by=who, audience=terminal)],
        item=item,
    )


@publish.command()
def calendar(config: Config, file: Path, by: By = "", as_json: AsJson = False) -> None:
    """The working days of a year from TOML: `year`, `holidays`, `workdays`."""
    from central.feed import rules

    _publish(config, by, as_json, lambda who, _: [rules.calendar_draft(str(file), _read(file), who)])


@publish.command()
def sites(config: Config, file: Path, by: By = "", as_json: AsJson = False) -> None:
    """Every place of the district from TOML: `[[places]]` with `id`, `name`, `items`, `east`, `north`."""
    from central.feed import places

    _publish(config, by, as_json, lambda who, _: [places.sites_draft(str(file), _read(file), who)])


@publish.command()
def tags(config: Config, file: Path, by: By = "", as_json: AsJson = False) -> None:
    """The reasons a rating may give, from TOML: `version` and `[[levels.satisfied]]` with `key` and `text`."""
    from central.feed import tags

    _publish(config, by, as_json, lambda who, _: [tags.tags_draft(str(file), _read(file), who)])


@publish.command()
def settings(config: Config, file: Path, terminal: OneTerminal, by: By = "", as_json: AsJson = False) -> None:
    """Values for one terminal's kiosk.toml, from TOML of the same shape. It tries them before it keeps them."""
    from central.feed import rules

    _publish(config, by, as_json, lambda who, _: [rules.settings_draft(str(file), _read(file), terminal, who)])


@publish.command()
def command(
    config: Config,
    what: Annotated[str, typer.Argument(help="restart, suspend, resume or close_day.")],
    terminal: OneTerminal,
    minutes: Annotated[int, typer.Option("--minutes", help="After these it is not done any more.")] = 60,
    reason: Reason = "",
    reason_en: ReasonEnglish = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Have one terminal do something once."""
    from central.feed import rules

    said, command_id = _by_language(reason, reason_en), secrets.token_hex(8)
    _publish(
        config,
        by,
        as_json,
        lambda who, now: [rules.command_draft(command_id, what, terminal, minutes, now, who, said)],
    )


def _publish(
    config: Path, by: str, as_json: bool, make: Callable[[str, datetime], Sequence[Draft]], item: str = ""
) -> None:
    from central import enrolment, keys
    from central.clock import now
    from central.feed import acts
    from central.settings import read

    with plain_errors(), _clear():
        found = read(config)
        drafts = make(by or getpass.getuser(), now())
        ours = keys.load(Path(found.keys_dir), found.suite, opens=found.opens_sealed)
        with enrolment.opened(found) as database:
            items = acts.direct(database, ours, drafts, now(), item)
    if as_json:
        told = [{"seq": one.seq, "kind": one.kind, "key": one.key, "audience": one.audience} for one in items]
        print(json.dumps({"published": told}))
        return
    for one in items:
        whom = "every terminal" if one.audience == EVERYBODY else one.audience
        print(f"{one.kind} {one.key}: signed for {whom}, place {one.seq}; terminals take it with their next heartbeat")


@contextmanager
def _clear() -> Iterator[None]:
    from central.feed.rules import Invalid

    try:
        yield
    except Invalid as error:
        raise Refused(str(error)) from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file}: cannot be read ({error.strerror}); expected a TOML file"
        raise Refused(message) from error


def _by_language(chinese: str, english: str) -> dict[str, str]:
    said = {"zh-Hans": chinese, "en": english}
    return {language: text for language, text in said.items() if text.strip()}
