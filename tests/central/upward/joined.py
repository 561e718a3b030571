"""A hall node that joined a centre which is gone: its settings and the files joining writes."""

from pathlib import Path

import msgspec

from central.key_files import pem
from central.keys import key_id
from central.upward.joining import Joined
from contract.enrolment import CentreKey
from contract.suites import INTL, SealingKey, SigningKey
from tests.central.conftest import write_config

NOBODY = "http://127.0.0.1:9"


def joined_config(folder: Path, hall: str = "长安大厅") -> Path:
    """The settings of a hall node that joined a centre which is gone."""
    config = write_config(folder, role="hall", hall=hall)
    config.write_text(config.read_text(encoding="utf-8") + f'[upstream]\nurl = "{NOBODY}"\n', encoding="utf-8")
    there = folder / "upstream"
    there.mkdir()
    signing, sealing = SigningKey.fresh(INTL), SealingKey.fresh(INTL)
    told = Joined(
        "CA-HALL",
        "长安大厅",
        "CA-HALL",
        NOBODY,
        NOBODY,
        (CentreKey(key_id("centre", signing.public), INTL, signing.public),),
        (CentreKey(key_id("seal", sealing.public), INTL, sealing.public),),
    )
    (there / "centre.json").write_bytes(msgspec.json.encode(told))
    (there / "signing.pem").write_bytes(pem(INTL, SigningKey.fresh(INTL).private, "an Ed25519"))
    return config
