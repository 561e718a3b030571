"""Whoever takes the comment signs away from every device of the sample gets settings that can be used."""

import re
from pathlib import Path

from kiosk import settings
from kiosk.fitted.fitting import refuse_misfit

SAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "terminal" / "kiosk.toml"
_VALUE = re.compile(r"^# (\[devices\.\w+\]|(?:port|options|maintenance) = )", re.MULTILINE)


def test_every_device_of_the_sample_is_there_once_and_fits(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(_VALUE.sub(r"\1", SAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
    fitted = settings.read(path).devices.fitted()
    assert tuple(fitted) == settings.DEVICE_NAMES
    for name, device in fitted.items():
        refuse_misfit(name, device)
