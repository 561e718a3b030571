"""What somebody who has stolen the terminal can look at: every byte of its files, and of the processes that live on."""

import base64
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from offline_cache.disk import cipher

_PAGE, _RESERVE, _IV, _SALT = 4096, 80, 16, 16  # SQLCipher 4: each page ends in its IV and a 64-byte HMAC
_WAL_HEAD, _FRAME_HEAD = 32, 24
_CHUNK = 1 << 24
_NOTHING = bytes(_PAGE)


def forms(secret: str) -> dict[str, bytes]:
    """The bytes a text may lie about in."""
    plain = {name: secret.encode(name) for name in ("utf-8", "gbk", "utf-16-le", "utf-16-be")}
    in_base64 = {}
    for shift in range(3):  # wherever it begins in a longer text; what its neighbours change is cut off
        whole = base64.b64encode(b"\0" * shift + secret.encode())
        first = (0, 2, 3)[shift]
        in_base64[f"base64+{shift}"] = whole[first : (len(secret.encode()) + shift) // 3 * 4]
    return {name: form for name, form in (plain | in_base64).items() if len(form) >= 8}


def search(content: bytes, secrets: tuple[str, ...], raw: tuple[bytes, ...] = ()) -> list[str]:
    """Which secret is in it, and in which form; `raw` are bytes that have one form only."""
    content = content.replace(_NOTHING, b"")  # most of a memory was never written, and no secret holds as many zeros
    found = [
        f"{secret} as {name}" for secret in secrets for name, form in forms(secret).items() if content.find(form) >= 0
    ]
    return found + [f"{one[:12]!r}…" for one in raw if content.find(one) >= 0]


def in_files(folders: tuple[Path, ...], secrets: tuple[str, ...], raw: tuple[bytes, ...] = ()) -> tuple[list[str], int]:
    """Every hit with its place, and how many bytes were looked at."""
    hits, looked = [], 0
    for file in (one for folder in folders for one in folder.rglob("*") if one.is_file()):
        try:
            content = file.read_bytes()
        except FileNotFoundError:  # of a terminal that runs: another has just taken its place
            continue
        looked += len(content)
        hits += [f"{file}: {hit}" for hit in [*search(content, secrets, raw), *search(str(file).encode(), secrets)]]
    return hits, looked


def in_memory(process: int, secrets: tuple[str, ...], raw: tuple[bytes, ...] = ()) -> tuple[list[str], int]:
    """As `in_files`, of all that a process has in memory and may be read."""
    hits, looked = [], 0
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for first, last in _regions(process):
            for start in range(first, last, _CHUNK):
                try:
                    memory.seek(start)
                    content = memory.read(min(_CHUNK + 256, last - start))
                except (OSError, ValueError):
                    if _is_there_still(process, start):
                        raise  # what cannot be looked at is not known to be clean
                    continue
                looked += len(content)
                hits += [f"process {process} at {start:#x}: {hit}" for hit in search(content, secrets, raw)]
    return hits, looked


def _is_there_still(process: int, place: int) -> bool:
    return any(first <= place < last for first, last in _regions(process))


def descendants(process: int) -> list[int]:
    """The process and all it has started that still live."""
    children = Path(f"/proc/{process}/task").glob("*/children")
    return [
        process,
        *(one for file in children for child in file.read_text().split() for one in descendants(int(child))),
    ]


def in_database(path: Path, key: bytes, secrets: tuple[str, ...]) -> tuple[list[str], int]:
    """As `in_files`, of what the key opens: each row, and each page decrypted, free ones and the WAL's too."""
    hits, looked = [], 0
    wal = path.with_name(path.name + "-wal")
    for name, pages in ((path, _pages(path.read_bytes())), (wal, _frames(wal.read_bytes() if wal.exists() else b""))):
        for number, page in enumerate(pages):
            plain = _decrypted(page, key)
            looked += len(plain)
            hits += [f"{name} page {number}: {hit}" for hit in search(plain, secrets)]
    rows = list(_rows(path, key))
    assert rows
    for row in rows:
        hits += [f"{path} row: {hit}" for hit in search(row, secrets)]
    return hits, looked


def _rows(path: Path, key: bytes) -> Iterator[bytes]:
    """What a record says may lie across several pages."""
    with closing(cipher.connect(path, key)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - its own tables
                yield b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in row)


def _regions(process: int) -> Iterator[tuple[int, int]]:
    """What the process has written itself: a mapped file it may only read is looked at where it lies."""
    for line in Path(f"/proc/{process}/maps").read_text().splitlines():
        place, rights, *_ = line.split(maxsplit=2)
        if line.endswith(("[vvar]", "[vvar_vclock]", "[vsyscall]")):  # the kernel's own, which nobody writes
            continue
        if rights.startswith("rw") or (rights.startswith("r") and " /" not in line):
            first, last = place.split("-")
            yield int(first, 16), int(last, 16)


def _pages(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content) - _PAGE + 1, _PAGE):
        yield content[start + (_SALT if start == 0 else 0) : start + _PAGE]


def _frames(content: bytes) -> Iterator[bytes]:
    for start in range(_WAL_HEAD + _FRAME_HEAD, len(content) - _PAGE + 1, _FRAME_HEAD + _PAGE):
        first = int.from_bytes(content[start - _FRAME_HEAD : start - _FRAME_HEAD + 4], "big") == 1
        yield content[start + (_SALT if first else 0) : start + _PAGE]


def _decrypted(page: bytes, key: bytes) -> bytes:
    iv = page[-_RESERVE : -_RESERVE + _IV]
    turn = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return turn.update(page[:-_RESERVE]) + turn.finalize()


def is_decrypted(path: Path, key: bytes) -> bool:
    """Whether `_decrypted` gives pages of SQLite at all: page 1 names its own size after the salt."""
    first = _decrypted(next(iter(_pages(path.read_bytes()))), key)
    return int.from_bytes(first[:2], "big") == _PAGE and first[4] == _RESERVE


def cores(folders: tuple[Path, ...]) -> list[Path]:
    """Core files, wherever the kernel would have put them."""
    named = re.compile(r"core(\.\d+)?")
    return [one for folder in folders for one in folder.rglob("core*") if named.fullmatch(one.name) and one.is_file()]
