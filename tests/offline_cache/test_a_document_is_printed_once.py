"""A document's way through the journal: claimed before it is sent, ended once, and never two valid papers of a case."""

from pathlib import Path

import msgspec
import pytest
from stdnum.iso7064 import mod_37_36

from contract import envelope
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import DocumentReported
from offline_cache.documents import MOST_COPIES, NEVER_SENT, RESTARTED
from offline_cache.records import DocumentEnd, PrintState, StoreError, StoreFault
from offline_cache.store import Store
from tests.offline_cache.drafts import PLANTED_NAME, Clock, draft, open_store

PRINTED = DocumentEnd(PrintState.PRINTED, "1 of 1 pages counted", "", 1)
JAMMED = DocumentEnd(PrintState.FAILED, "", "document_printer.jammed", 0)
UNSEEN = DocumentEnd(PrintState.UNCERTAIN, "", "port.lost")


@pytest.fixture
def filed(store: Store) -> Store:
    store.save_case(draft("case-1", ItemKind.FILING, "B"))
    return store


def reports(store: Store) -> list[DocumentReported]:
    sent = [envelope.decode(item.raw) for item in store.outbox_run(Lane.CASES, 0, 50, 1 << 20)]
    return [msgspec.json.decode(found.body, type=DocumentReported) for found in sent if found.kind == "document"]


def test_intent_sent_and_evidence_are_kept_and_reported(filed: Store) -> None:
    made = filed.documents.prepare("case-1", "receipt")
    assert made is not None
    assert (made.copy, made.voids, made.state) == (1, None, PrintState.PREPARED)
    assert mod_37_36.is_valid(made.serial)
    assert filed.documents.claim(made.document_id, "ab" * 32, 1)
    done = filed.documents.finish(made.document_id, PRINTED)
    assert (done.state, done.pages, done.pages_out) == (PrintState.PRINTED, 1, 1)
    (said,) = reports(filed)
    assert (said.serial, said.code, said.outcome, said.sha256) == (made.serial, made.code, "printed", "ab" * 32)
    assert filed.counts().documents == {"printed": 1}


def test_it_is_claimed_once(filed: Store) -> None:
    made = filed.documents.prepare("case-1", "receipt")
    assert made is not None
    assert filed.documents.claim(made.document_id, "", 1)
    assert not filed.documents.claim(made.document_id, "", 1)
    filed.documents.finish(made.document_id, JAMMED)
    assert not filed.documents.claim(made.document_id, "", 1)


def test_the_first_end_stands(filed: Store) -> None:
    made = filed.documents.prepare("case-1", "receipt")
    assert made is not None
    filed.documents.claim(made.document_id, "", 1)
    filed.documents.finish(made.document_id, UNSEEN)
    assert filed.documents.finish(made.document_id, PRINTED).state is PrintState.UNCERTAIN
    assert len(reports(filed)) == 1


def test_what_was_never_sent_cannot_be_printed(filed: Store) -> None:
    made = filed.documents.prepare("case-1", "receipt")
    assert made is not None
    with pytest.raises(StoreError) as caught:
        filed.documents.finish(made.document_id, PRINTED)
    assert caught.value.fault is StoreFault.WRONG_STEP


def test_a_second_tap_while_one_prints_or_after_it_printed_makes_no_second_paper(filed: Store) -> None:
    made = filed.documents.prepare("case-1", "receipt")
    assert made is not None
    filed.documents.claim(made.document_id, "", 1)
    assert filed.documents.prepare("case-1", "receipt") is None
    filed.documents.finish(made.document_id, PRINTED)
    assert filed.documents.prepare("case-1", "receipt") is None


def test_what_was_never_sent_is_voided_by_the_next_and_cannot_be_sent_any_more(filed: Store) -> None:
    left = filed.documents.prepare("case-1", "receipt")
    assert left is not None
    after = filed.documents.prepare("case-1", "receipt")
    assert after is not None
    assert (after.copy, after.voids) == (2, left.serial)
    assert not filed.documents.claim(left.document_id, "", 1)
    assert filed.documents.claim(after.document_id, "", 1)
    assert [(said.serial, said.outcome, said.reason) for said in reports(filed)] == [
        (left.serial, "failed", NEVER_SENT)
    ]


def test_a_reprint_has_a_new_serial_and_voids_the_old_one(filed: Store) -> None:
    first = filed.documents.prepare("case-1", "receipt")
    assert first is not None
    filed.documents.claim(first.document_id, "", 1)
    filed.documents.finish(first.document_id, UNSEEN)
    second = filed.documents.prepare("case-1", "receipt")
    assert second is not None
    assert (second.copy, second.voids) == (2, first.serial)
    assert second.serial != first.serial
    assert second.code != first.code
    filed.documents.claim(second.document_id, "", 1)
    filed.documents.finish(second.document_id, PRINTED)
    assert [said.voids for said in reports(filed)] == [None, first.serial]
    assert [found.state for found in filed.documents.of_case("case-1")] == [PrintState.UNCERTAIN, PrintState.PRINTED]


def test_after_three_papers_it_is_staffs(filed: Store) -> None:
    for _ in range(MOST_COPIES):
        made = filed.documents.prepare("case-1", "receipt")
        assert made is not None
        filed.documents.claim(made.document_id, "", 1)
        filed.documents.finish(made.document_id, JAMMED)
    assert filed.documents.prepare("case-1", "receipt") is None


def test_a_restart_settles_what_was_open_and_prints_nothing(tmp_path: Path) -> None:
    clock = Clock()
    before = open_store(tmp_path / "suiban.db", clock)
    for case in ("case-1", "case-2", "case-3"):
        before.save_case(draft(case, ItemKind.FILING, "B"))
    sent, waiting, done = (before.documents.prepare(case, "receipt") for case in ("case-1", "case-2", "case-3"))
    assert sent
    assert waiting
    assert done
    before.documents.claim(sent.document_id, "", 1)
    before.documents.claim(done.document_id, "", 1)
    before.documents.finish(done.document_id, PRINTED)
    before.close()
    after = open_store(tmp_path / "suiban.db", clock)
    settled = {found.serial: found.state for found in after.documents.reconcile_at_start()}
    assert settled == {sent.serial: PrintState.UNCERTAIN, waiting.serial: PrintState.FAILED}
    assert {said.serial: said.reason for said in reports(after)[1:]} == {
        sent.serial: RESTARTED,
        waiting.serial: NEVER_SENT,
    }
    assert after.documents.reconcile_at_start() == ()
    after.close()


def test_serials_are_never_used_again(tmp_path: Path) -> None:
    clock = Clock()
    serials = []
    for number in range(3):
        store = open_store(tmp_path / "suiban.db", clock)
        store.save_case(draft(f"case-{number}", ItemKind.FILING, "B"))
        made = store.documents.prepare(f"case-{number}", "receipt")
        assert made is not None
        serials.append(made.serial)
        store.close()
    assert len(set(serials)) == 3


def test_nothing_of_a_document_but_its_hash_is_kept(tmp_path: Path) -> None:
    store = open_store(tmp_path / "suiban.db", Clock())
    store.save_case(draft("case-1", ItemKind.FILING, "B"))
    made = store.documents.prepare("case-1", "receipt")
    assert made is not None
    store.documents.claim(made.document_id, "cd" * 32, 1)
    store.documents.finish(made.document_id, PRINTED)
    said = repr(reports(store))
    store.close()
    assert "cd" * 32 in said
    assert PLANTED_NAME not in said
