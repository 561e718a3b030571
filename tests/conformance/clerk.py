"""A member of staff at the centre's real pages, and the citizen's case they work on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from central import keys
from central.feed import acts, rules
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent, DocumentReported, Holder
from contract.questions import CasesAsked, CaseStands, Person
from kiosk import services
from tests.central.conftest import Running, start, write_config
from tests.central.services import put
from tests.central.terminal_double import TerminalDouble, local_now

SERVICES = Path(services.__file__).parent
ZHANG = Person("张三", "610117199001011234", mobile="13812345678")
SHOP = "individual-business-registration"


@dataclass
class Clerk:
    """Logged in; `terminal` is the one citizens come to."""

    running: Running
    terminal: TerminalDouble

    def filed(self, slug: str = SHOP, person: Person = ZHANG, **changes: Any) -> str:  # noqa: ANN401 - of CaseFiled
        """A case of this item has arrived; its id."""
        item = msgspec.toml.decode((SERVICES / f"{slug}.toml").read_bytes())
        holder = Holder("resident", person.name, person.id_number, "男", "汉", "1990-01-01", "某路", "某局", "", None)
        told = {"item": slug, "item_title": item["title"]["zh-Hans"], "masked_name": person.name[0] + "*"}
        told |= changes
        content = CaseContent(holder, {"mobile": "13800000000"})
        case = self.terminal.file_case(ItemKind.FILING, content, self.running.sealing(), **told)
        self.arrive(Lane.CASES)
        return case.case_id

    def arrive(self, lane: Lane) -> None:
        """Everything the terminal has in this lane reaches the centre and is judged."""
        sent = len(self.terminal.lanes[lane])
        self.running.push(self.terminal, lane, max(1, sent - 40))
        self.running.judged()

    def record(self, lane: Lane, kind: str, body: msgspec.Struct) -> None:
        """Something else a terminal tells."""
        self.terminal.file_raw(lane, kind, msgspec.json.encode(body))
        self.arrive(lane)

    def receipt(self, case_id: str, code: str) -> None:
        """The receipt of a case came out: number and code are in its citizen's hand."""
        body = DocumentReported(
            case_id, f"d-{code}", f"S{code}", code, "receipt", 1, 1, 1, "ab" * 32, "printed", "pages", "", local_now()
        )
        self.record(Lane.CASES, "document", body)

    def publish(self, *slugs: str) -> None:
        """These items are in force at the centre."""
        drafts = [rules.catalogue_draft("test", (SERVICES / f"{slug}.toml").read_bytes(), "boss") for slug in slugs]
        centre = self.running.centre
        acts.direct(centre.database, keys.load(Path(centre.settings.keys_dir)), drafts, centre.clock(), "")

    def page(self, path: str) -> str:
        """A page as it is read, without its marks."""
        answer = self.running.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words(answer.text)

    def sends(self, path: str, **form: str) -> tuple[int, str]:
        """A form, sent: the status, and what can be read then."""
        answer = self.running.client.post(path, data={"csrf": self.running.csrf(), **form}, follow_redirects=False)
        return answer.status_code, words(answer.text)

    def stands(self, person: Person = ZHANG) -> tuple[CaseStands, ...]:
        """What the terminal is told of the cases of a card."""
        found: tuple[CaseStands, ...] = put(self.running, CasesAsked(person)).cases
        return found


def words(html: str) -> str:
    """What can be read of a page."""
    text = re.sub(r"<(script|style|option)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("&#39;", "'").split())


def clerk(folder: Path, more: str = "") -> Iterator[Clerk]:
    """A centre in this process with somebody at its pages; `more` goes to the end of its settings."""
    config = write_config(folder)
    if more:
        config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    for running in start(config):
        running.log_in()
        yield Clerk(running, running.enter(TerminalDouble()))
