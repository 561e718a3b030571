"""The command line of the centre: run it, set it up, enter terminals and accounts, count what it holds."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from central.catalogue_lint.commands import lint
from central.command_line import AsJson, Config, settings_of
from central.custody import commands as custody
from central.exchange import command_line as exchange
from central.feed import commands as feed
from central.mendable import fail, plain_errors
from central.releases import commands as releases

app = typer.Typer(
    add_completion=False,
    help="随办 · the centre",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # brackets in the help are TOML tables, not colours
)


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help="The settings file.")] = None,
    ready_file: Annotated[Path | None, typer.Option("--ready-file", help="Where to write the URL, once ready.")] = None,
    role: Annotated[str, typer.Option("--role", help="centre or hall; else what the settings say.")] = "",
) -> None:
    """Without a command: run the centre, or the node of a hall, until SIGTERM."""
    if context.invoked_subcommand is not None:
        return
    if config is None:
        fail("`--config FILE` is missing; `central init --config FILE` makes one")
    from central import alive, logs, server, settings, workers
    from central.centre import open_centre

    logs.configure()
    with plain_errors():
        told = settings.read(config, role)
        if told.workers > 1:
            workers.run(config, told, lambda url: _say_ready(url, ready_file))
        else:
            server.run(
                open_centre(config, role=role),
                lambda url: _say_ready(url, ready_file),
                say=lambda sign: alive.tell_service("WATCHDOG=1") if sign == alive.COMMIT else None,
            )


def _say_ready(url: str, ready_file: Path | None) -> None:
    if ready_file is not None:
        half = ready_file.with_name(ready_file.name + ".half")
        half.write_text(json.dumps({"url": url}), encoding="utf-8")
        half.replace(ready_file)
    from central.alive import tell_service

    tell_service("READY=1")
    print(f"central ready {url}", flush=True)


@app.command()
def init(
    config: Config,
    role: Annotated[str, typer.Option("--role", help="centre, or hall for the node of a hall.")] = "centre",
    upstream: Annotated[str, typer.Option("--upstream", help="Of a hall: the URL of its centre.")] = "",
    hall: Annotated[str, typer.Option("--hall", help="What the hall is called.")] = "政务服务中心",
) -> None:
    """Make the settings file and the keys, if they are missing. Nothing that exists is touched."""
    from central import keys, settings
    from central.clock import now
    from central.identity import authority

    with plain_errors():
        config.parent.mkdir(parents=True, exist_ok=True)
        if not config.exists():
            config.write_text(settings.sample(role, hall, upstream), encoding="utf-8")
            config.chmod(0o600)
        found = settings.read(config)
        folder = Path(found.keys_dir)
        keys.make(folder, found.suite, now())
        authority.make(folder, now())
        print(f"{config}: settings; {folder}: keys. Keep a copy of the keys: without them no sealed case opens again.")


@app.command("add-terminal")
def add_terminal(  # noqa: PLR0913, PLR0917 - one option for each thing there is to say
    config: Config,
    terminal: Annotated[str, typer.Option("--id", help="The terminal's name, e.g. GL-01.")],
    public_key: Annotated[str, typer.Option("--public-key", help="Its raw Ed25519 public key, base64.")],
    key_id: Annotated[str | None, typer.Option("--key-id", help="The id it signs with; its name if left out.")] = None,
    hall: Annotated[str, typer.Option("--hall")] = "",
    place: Annotated[str, typer.Option("--place")] = "",
    series: Annotated[str, typer.Option("--series", help="Sets its numbers apart; else a free one.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Take another key; opens the next epoch.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enter a terminal by its public key and print what it must know of the centre."""
    from central import enrolment

    with plain_errors(), settings_of(config) as settings:
        wanted = enrolment.Wanted(terminal, public_key, key_id, hall, place, series)
        told = enrolment.add_terminal(settings, wanted, replace=replace)
        if as_json:
            print(json.dumps(told, ensure_ascii=False))
        else:
            print(enrolment.as_toml(told), end="")


@app.command("enrol-code")
def enrol_code(  # noqa: PLR0913, PLR0917 - one option for each thing there is to say
    config: Config,
    terminal: Annotated[str, typer.Option("--terminal", help="The terminal's name, e.g. GL-01.")],
    hall: Annotated[str, typer.Option("--hall")] = "",
    place: Annotated[str, typer.Option("--place")] = "",
    series: Annotated[str, typer.Option("--series", help="What sets its numbers apart; else a free one.")] = "",
    district: Annotated[str, typer.Option("--district", help="Six digits, GB/T 2260.")] = "000000",
    number: Annotated[str, typer.Option("--number", help="Four characters, unique in the district.")] = "0001",
    minutes: Annotated[int, typer.Option("--minutes", help="How long the code is good.")] = 15,
    as_json: AsJson = False,
) -> None:
    """Make a one-time code: `kiosk enrol` with it makes a terminal known here."""
    from central import enrolment
    from central.identity.codes import Wanted
    from central.identity.rules import shown

    with plain_errors(), settings_of(config) as settings:
        wanted = Wanted(terminal, hall, place, series, district, number, minutes)
        text, code = enrolment.enrol_code(settings, wanted)
        if as_json:
            print(json.dumps({"code": text, "expires_at": code.expires_at.isoformat(timespec="seconds")}))
        else:
            print(f"{shown(text)}  good until {code.expires_at.astimezone(settings.zone):%H:%M}, once")


@app.command("hall-code")
def hall_code(
    config: Config,
    relay: Annotated[str, typer.Option("--relay", help="What the hall's node is called, e.g. CA-HALL.")],
    hall: Annotated[str, typer.Option("--hall", help="The hall, as its own settings name it.")],
    minutes: Annotated[int, typer.Option("--minutes", help="How long the code is good.")] = 15,
    as_json: AsJson = False,
) -> None:
    """At the centre: make a one-time code with which the node of a hall joins (`central join` there)."""
    from central import enrolment
    from central.identity.rules import shown

    with plain_errors(), settings_of(config) as settings:
        text, code = enrolment.hall_code(settings, relay, hall, minutes)
        if as_json:
            print(json.dumps({"code": text, "expires_at": code.expires_at.isoformat(timespec="seconds")}))
        else:
            print(f"{shown(text)}  good until {code.expires_at.astimezone(settings.zone):%H:%M}, once")


@app.command()
def join(
    config: Config,
    code: Annotated[str, typer.Option("--code", help="What `central hall-code` printed at the centre.")],
    ca: Annotated[
        Path | None, typer.Option("--ca", help="The authority of an https URL, if not the machine's.")
    ] = None,
) -> None:
    """At a hall: make this node known at its centre. Said again with the same code, it changes nothing."""
    from central.upward import joining

    with plain_errors(), settings_of(config) as settings:
        joined = joining.join(settings, code, print, ca)
        print(f"{joined.relay}: the node of {joined.hall}; records go up to {joined.url}")


@app.command()
def revoke(
    config: Config,
    terminal: Annotated[str, typer.Option("--terminal", help="The terminal's name, e.g. GL-01.")],
    why: Annotated[str, typer.Option("--why", help="For whoever looks at its page later.")] = "",
) -> None:
    """Cut a terminal off: no host of the centre accepts it any more. What it sent stays."""
    from central import enrolment

    with plain_errors(), settings_of(config) as settings:
        keys = enrolment.revoke(settings, terminal, why)
        print(f"{terminal}: {'cut off' if keys else 'was cut off already'}")


@app.command("add-user")
def add_user(
    config: Config,
    name: str,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Give an existing account a new password.")] = False,
    role: Annotated[list[str] | None, typer.Option("--role", help="What it may do; none: all business.")] = None,
    hall: Annotated[list[str] | None, typer.Option("--hall", help="The halls it sees; none: every hall.")] = None,
) -> None:
    """Enter an account for the centre's pages."""
    from central import enrolment

    with plain_errors(), settings_of(config) as settings:
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        new = enrolment.add_user(settings, name, password, replace=replace, roles=role or (), halls=hall or ())
        print(f"{name}: {'entered' if new else 'has a new password; its sessions are ended'}")


@app.command()
def counts(config: Config, as_json: AsJson = False) -> None:
    """Count what the database holds."""
    from central import enrolment

    with plain_errors(), settings_of(config) as settings:
        found = enrolment.counts(settings)
        print(json.dumps(found) if as_json else "\n".join(f"{name}: {amount}" for name, amount in found.items()))


@app.command("cases")
def list_cases(config: Config, as_json: AsJson = False) -> None:
    """List every case with its number and what is known of its paper."""
    from central import enrolment

    with plain_errors(), settings_of(config) as settings:
        found = enrolment.listed(settings)
        if as_json:
            print(json.dumps({"cases": found}, ensure_ascii=False))
        else:
            print("\n".join("  ".join(case.values()) for case in found))


@app.command("import")
def import_file(config: Config, file: Path, as_json: AsJson = False) -> None:
    """Take what a terminal still owed, from the file `kiosk export` has written. Taken again, it changes nothing."""
    from central.intake import importing

    with plain_errors(), settings_of(config) as settings:
        found = importing.import_file(settings, file)
        print(json.dumps(found) if as_json else "\n".join(f"{name}: {amount}" for name, amount in found.items()))


@app.command("load-plan")
def load_plan(config: Config, file: Path) -> None:
    """Enter places of appointments and shifts of the duty roster from TOML. Loaded again, it changes nothing."""
    import getpass

    from central import plan_file

    with plain_errors(), settings_of(config) as settings:
        found = plan_file.load(settings, file, getpass.getuser())
        print("\n".join(f"{name}: {amount}" for name, amount in found.items()))


@app.command()
def reconcile(config: Config, as_json: AsJson = False) -> None:
    """Compare what terminals said they put out with what is held, and archive what is due: the nightly pass by hand."""
    from central.reconciliation import command

    with plain_errors(), settings_of(config) as settings:
        found = command.reconcile(settings)
        print(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(command.as_lines(found)))


@app.command("verify-trace")
def verify_trace(
    config: Config,
    kept: Annotated[list[Path] | None, typer.Option("--kept", help="A checkpoint kept elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read every chain of 全程留痕 and its checkpoints. Exit code 1 where something does not hold."""
    from central.trace import command

    with plain_errors(), settings_of(config) as settings:
        report = command.run(settings, kept or [])
        if as_json:
            print(command.as_json(report))
        else:
            print("\n".join(command.as_lines(report)))
    if report.faults:
        raise typer.Exit(1)


app.add_typer(custody.keys, name="keys")
app.add_typer(feed.publish, name="publish")
app.add_typer(releases.release, name="release")
app.command("export")(exchange.export_fields)
app.command("import-items")(exchange.import_items)
app.command("import-cases")(exchange.import_cases)
app.command("import-ratings")(exchange.import_ratings)
app.command("import-complaints")(exchange.import_complaints)
app.command("add-program")(exchange.add_program)
app.command("end-program")(exchange.end_program)
app.command()(custody.backup)
app.command()(custody.restore)
app.command()(lint)


if __name__ == "__main__":
    app(prog_name="central")
