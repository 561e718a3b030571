"""Makes a finished virtual environment ready to be renamed: scripts name its final place, and it finds our packages."""

import sys
import sysconfig
from pathlib import Path


def settle(made: Path, final: Path) -> None:
    for script in (made / "bin").iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        if bytes(made) in content:
            script.write_bytes(content.replace(bytes(made), bytes(final)))
    # Relative to site-packages, so the tree may be moved: <root>/.venv/lib/pythonX.Y/site-packages
    packages = Path(sysconfig.get_path("purelib"))
    up = "/".join([".."] * (len(packages.relative_to(made).parts) + 1))
    (packages / "suiban.pth").write_text(f"{up}\n", encoding="ascii")


if __name__ == "__main__":
    settle(Path(sys.argv[1]), Path(sys.argv[2]))
