"""Renews packaging/locks/*.txt from pyproject.toml's groups, and the npm lock: hashes, never a registry's address."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "locks"
WEB = ROOT / "packaging" / "web"
GROUPS = {
    "terminal": ("terminal",),
    "central": ("central",),
    "run": ("terminal", "central"),
    "test": ("terminal", "central", "test"),
    "web": ("web",),
    "lock": ("lock",),
}


def uv_program() -> Path:
    """The locked uv, in a folder of its own: it is no dependency of anything that runs."""
    folder = ROOT / ".setup" / "uv"
    program = folder / "bin" / "uv"
    if not program.exists():
        pip = (sys.executable, "-m", "pip", "install", "-qq", "--target", str(folder), "--require-hashes")
        subprocess.run((*pip, "-r", str(LOCKS / "lock.txt")), check=True)
    return program


def lock_python(uv: Path, name: str, groups: tuple[str, ...], *, upgrade: bool) -> None:
    subprocess.run(
        (
            str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
            "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--output-file", str(LOCKS / f"{name}.txt"),
            *(("--upgrade",) if upgrade else ()),
            *(word for group in groups for word in ("--group", group)),
        ),
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    print(f"packaging/locks/{name}.txt")


def lock_web() -> None:
    npm = shutil.which("npm")
    if npm is None:
        print("packaging/web/package-lock.json left as it is: this machine has no npm")
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(WEB / name, made / name)
        subprocess.run((npm, "install", "--package-lock-only", "--silent"), cwd=made, check=True)
        lock = json.loads((made / "package-lock.json").read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)  # addresses nobody installs from
    (WEB / "package-lock.json").write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("packaging/web/package-lock.json")


def main() -> int:
    upgrade = "--upgrade" in sys.argv[1:]
    uv = uv_program()
    for name, groups in GROUPS.items():
        lock_python(uv, name, groups, upgrade=upgrade)
    lock_web()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
