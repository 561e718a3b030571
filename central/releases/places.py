"""Where the repository and its online key lie at this centre, and the daily signing."""

from pathlib import Path

import structlog

from central.centre import Centre
from central.releases.repository import ONLINE, NotSigned, Repository, read_key
from central.settings import Settings

log = structlog.get_logger()


def repository(settings: Settings) -> Repository:
    """Of this centre, or the copy of this hall node."""
    return Repository(Path(settings.data_dir) / "releases")


def online_key(settings: Settings) -> Path:
    """The key that signs from day to day; the escrow of sealing keys does not hold it: a root signs for another."""
    return Path(settings.keys_dir) / ONLINE


def sign_again(centre: Centre) -> None:
    """Say anew that what is offered still holds. Without its key terminals keep what they run and take nothing new."""
    found = repository(centre.settings)
    if not found.exists:
        return
    try:
        if found.refresh(read_key(online_key(centre.settings)), centre.clock()):
            log.info("releases_signed_again")
    except NotSigned as error:
        log.warning("releases_not_signed", error=str(error))
