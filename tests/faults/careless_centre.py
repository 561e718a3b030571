"""The centre without its duplicate check, for the control of the chaos campaign: what comes again is stored again."""

import secrets

import msgspec

from central.__main__ import app
from central.intake import placing
from central.intake.placing import Held, Kept, Placed
from contract.exchange import PushRequest


def careless(request: PushRequest, held: Held) -> Placed:
    """Take everything; what is held already gets a place of its own far away."""
    done = Placed(ack=held.mark)
    for item in request.items:
        if item.seq <= done.ack:
            away = msgspec.structs.replace(item, seq=item.seq + 1_000_000 * (1 + secrets.randbelow(1_000_000)))
            done.kept.append(Kept(f"{item.id}.{secrets.token_hex(6)}", away))
        else:
            done.kept.append(Kept(item.id, item))
            done.ack = item.seq
    return done


if __name__ in {"__main__", "__mp_main__"}:  # the latter: a worker of several
    placing.place = careless
if __name__ == "__main__":
    app(prog_name="central")
