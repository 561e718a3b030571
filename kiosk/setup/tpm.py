"""A key in the machine's TPM 2.0, sealed to how it was started (PCRs 0 and 7): by tpm2-tools, each call with a limit.

PCR 0 is the firmware, 7 the state of Secure Boot and who signed what was started. The key leaves the TPM only while
both are what they were when it was sealed; a disk in another machine, or this one started otherwise, does not get it.
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

PCRS: Final = "sha256:0,7"
_SECONDS: Final = 20.0
"""A TPM answers within a second or two; one that hangs must not hold up the start for ever."""


class TpmError(RuntimeError):
    """The TPM did not do it; the message is what its tool said last."""


def unseal(handle: str) -> bytes:
    """The key behind `handle`, such as `0x81000001`. Raises TpmError where the TPM does not give it."""
    return _tool("tpm2_unseal", "-c", handle, "-p", f"pcr:{PCRS}")


def holds(handle: str) -> bool:
    """Whether something is kept at `handle`. Raises TpmError where there is no TPM to ask."""
    kept = _tool("tpm2_getcap", "handles-persistent").decode(errors="replace").lower()
    return int(handle, 16) in {int(word, 16) for word in kept.replace("-", " ").split() if word.startswith("0x")}


def seal(handle: str, key: bytes) -> None:
    """Keep `key` at `handle` from now on, for the state of this very start. Raises TpmError; nothing is kept then."""
    with TemporaryDirectory(prefix="suiban-tpm-") as folder:  # mode 0700; what is written there the TPM has encrypted
        place = Path(folder)
        primary, policy, sealed = place / "primary.ctx", place / "policy", place / "sealed.ctx"
        public, private = place / "public", place / "private"
        _tool("tpm2_createprimary", "-Q", "-C", "o", "-c", str(primary))
        _tool("tpm2_createpolicy", "-Q", "--policy-pcr", "-l", PCRS, "-L", str(policy))
        _tool(
            "tpm2_create", "-Q", "-C", str(primary), "-L", str(policy), "-a", "fixedtpm|fixedparent|noda", "-i", "-",
            "-u", str(public), "-r", str(private), given=key,
        )  # fmt: skip
        _flush()
        _tool("tpm2_load", "-Q", "-C", str(primary), "-u", str(public), "-r", str(private), "-c", str(sealed))
        _flush()
        _tool("tpm2_evictcontrol", "-Q", "-C", "o", "-c", str(sealed), handle)
        _flush()


def forget(handle: str) -> None:
    """Nothing is kept at `handle` any more. Raises TpmError."""
    _tool("tpm2_evictcontrol", "-Q", "-C", "o", "-c", handle)


def _flush() -> None:
    """Without a resource manager the TPM keeps what each tool loaded, and has room for three."""
    _tool("tpm2_flushcontext", "-t")


def _tool(*command: str, given: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        message = f"{command[0]} is not installed (package tpm2-tools)"
        raise TpmError(message) from None
    except subprocess.TimeoutExpired:
        message = f"{command[0]} gave no answer within {_SECONDS:g} s"
        raise TpmError(message) from None
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").splitlines()
        said = next((line.strip() for line in lines if line.startswith("ERROR: ")), f"status {done.returncode}")
        message = f"{command[0]}: {said}"
        raise TpmError(message)
    return done.stdout
