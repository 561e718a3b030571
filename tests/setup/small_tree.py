"""A small tree around the real ./suiban: tiny locks, a tiny npm, and a PATH that holds nothing but what it may need."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Debian's essential packages and python3: what a fresh machine has.
TOOLS = (
    "bash", "cat", "chmod", "cp", "cut", "dirname", "env", "flock", "id", "mkdir", "mv", "printf", "readlink", "rm",
    "sha256sum", "sh", "uname",
)  # fmt: skip
SHOW = (
    "import json, os, sys; print(json.dumps({'argv': sys.argv[1:], 'cwd': os.getcwd(), 'tiny': __import__('tiny').X}))"
)
NPM = """#!/bin/sh
echo "npm $*" >>"{log}"
{wait}
mkdir -p node_modules/@tabler/core/dist/css node_modules/htmx.org/dist node_modules/htmx-ext-sse/dist \\
    node_modules/echarts/dist node_modules/axe-core \\
    node_modules/lucide-static/icons
for file in @tabler/core/dist/css/tabler.min.css htmx.org/dist/htmx.min.js htmx-ext-sse/dist/sse.min.js \\
    echarts/dist/echarts.min.js axe-core/axe.min.js echarts/LICENSE \\
    htmx.org/LICENSE htmx-ext-sse/LICENSE lucide-static/LICENSE; do
    echo made >node_modules/$file
done
echo '<svg stroke="currentColor"/>' >node_modules/lucide-static/icons/check.svg
"""


def script(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Writes a wheel and returns the line of a lock file that asks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(made, "w") as archive:
        for place, text in files.items():
            entry = zipfile.ZipInfo(place)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
        archive.writestr(f"{about}/RECORD", "".join(f"{place},,\n" for place in [*files, f"{about}/RECORD"]))
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n"


@dataclass
class Tree:
    root: Path
    bin: Path
    wheels: Path
    log: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.bin),
            "HOME": str(self.root),
            "LANG": "C.UTF-8",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "PIP_CONFIG_FILE": os.devnull,
            **self.extra,
        }

    def start(self, *words: str, cwd: Path | None = None, program: Path | None = None) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(program or self.root / "suiban"), *words], cwd=cwd or self.root, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def run(
        self, *words: str, cwd: Path | None = None, program: Path | None = None
    ) -> "subprocess.CompletedProcess[str]":
        process = self.start(*words, cwd=cwd, program=program)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def npm(self, *, wait_for: Path | None = None) -> None:
        """A machine that has Node; `wait_for` is a pipe it says a word to and then waits for ever."""
        wait = f'echo here >"{wait_for}"; exec cat "{wait_for}.never"' if wait_for else ""
        script(self.bin / "node", "#!/bin/sh\necho v20.1.0\n")
        script(self.bin / "npm", NPM.format(log=self.log, wait=wait))

    def lock(self, name: str, line: str) -> None:
        (self.root / "packaging" / "locks" / f"{name}.txt").write_text(line, encoding="utf-8")

    def said(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


def make_tree(folder: Path) -> Tree:
    tree = Tree(folder / "随办 of Li's", folder / "bin", folder / "wheels", folder / "log")
    for place in ("packaging/locks", "packaging/debian", "packaging/web", "ui/assets", "kiosk", "central/web/static"):
        (tree.root / place).mkdir(parents=True)
    for place in ("suiban", "packaging/settle_venv.py", "packaging/assets.py"):
        shutil.copy(ROOT / place, tree.root / place)
    for place in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "packaging" / "web" / place, tree.root / "packaging" / "web" / place)
    (tree.root / "ui/assets/icons.toml").write_text('icons = ["check"]\n[tints]\ngood = "#0B5D36"\n', encoding="utf-8")
    (tree.root / "kiosk/__main__.py").write_text(SHOW, encoding="utf-8")
    (tree.root / "packaging/gates.py").write_text(SHOW, encoding="utf-8")
    for group in ("run", "test", "bench"):
        (tree.root / f"packaging/debian/{group}.txt").write_text("# none\n", encoding="utf-8")
    for lock in ("run", "test"):
        tree.lock(lock, f"# {lock}\n" + wheel(tree.wheels, "tiny", "1.0", {"tiny.py": "X = 1\n"}))
    tree.bin.mkdir()
    for tool in TOOLS:
        (tree.bin / tool).symlink_to(str(shutil.which(tool)))
    (tree.bin / "python3").symlink_to(Path(sys.executable).resolve())  # not the environment's own
    tree.npm()
    return tree
