"""A patient citizen finishes every filing there is, by every way it has."""

import msgspec
import pytest

from contract.catalogue import Identity
from contract.messages import ENVELOPE_MAX_BYTES
from contract.papers import paper_of
from kiosk import words
from kiosk.journey import events as e
from kiosk.journey.services.filing import plan
from kiosk.journey.step import Journey, Screen
from tests.kiosk.services.filing.citizen import CASE, FILINGS, HOLDER, ITEMS, OTHER, Citizen, World, filed

WAYS: list[tuple[str, dict[str, str]]] = [
    *((item.slug, {}) for item in FILINGS if item.slug != "senior-preferential-card"),
    ("individual-business-registration", {"ask.premises": "rented", "paper.premises-lease.ways": "later"}),
    ("individual-business-registration", {"ask.premises": "rented", "paper.premises-lease.ways": "commitment"}),
    ("individual-business-registration", {"ask.premises": "online"}),
    ("residence-permit", {"ask.ground": "school", "delivery": "post"}),
    ("residence-permit", {"ask.ground": "home", "paper.lodging.ways": "scan", "delivery": "locker"}),
    ("senior-preferential-card", {"ask.age_band": "60-64"}),
    ("senior-preferential-card", {"ask.age_band": "65-up", "whose": "other"}),
    ("senior-preferential-card", {"ask.age_band": "65-up", "whose": "other", "by_card": "typed", "present": "no"}),
    ("driving-licence-replacement", {"ask.why": "lost", "paper.loss.ways": "commitment", "reach": "1"}),
    ("newborn-joint", {"paper.marriage.ways": "later"}),
]


@pytest.mark.parametrize(("slug", "choices"), WAYS)
def test_it_is_kept_once_with_everything_that_was_asked(slug: str, choices: dict[str, str]) -> None:
    citizen = filed(slug, choices)
    assert citizen.journey.screen is Screen.RESULT
    (save,) = citizen.asked(e.SaveCase)
    kept = dict(save.answers)
    assert (save.case_id, save.item.slug) == (CASE, slug)
    assert len(kept) == len(save.answers), "each key stands there once"
    assert {field.key for field in save.item.form if not field.when} <= kept.keys()
    for paper in citizen.asked(e.PrintPaper):
        paper_of(paper.template, dict(paper.data))
    for capture in citizen.asked(e.CaptureScan):
        assert capture.what in {material.code for item in FILINGS for material in item.materials}


def test_what_may_be_brought_later_is_signed_for_told_and_printed() -> None:
    citizen = filed(
        "individual-business-registration", {"ask.premises": "rented", "paper.premises-lease.ways": "later"}
    )
    save = citizen.asked(e.SaveCase)[0]
    assert save.filed.missing == ("premises-lease",)
    assert dict(save.answers)["sign.tolerance"].startswith("<svg")
    (notice,) = citizen.asked(e.PrintPaper)
    told = dict(notice.data)
    assert (notice.template, told["until"]) == ("tolerance", "2026-12-14")
    assert [name for name, _ in told["missing"]] == ["租赁合同"]  # type: ignore[attr-defined]
    assert citizen.seen.index("filing.tolerance") < citizen.seen.index("filing.sign.tolerance")


def test_a_main_paper_cannot_be_brought_later() -> None:
    citizen = Citizen(choices={"ask.ground": "work", "paper.lodging.ways": "later"})
    citizen.begin("residence-permit")
    citizen.go_on("filing.paper.lodging.ways")
    citizen.happen(e.Chose("later"), e.Acted("next"))
    assert citizen.page is not None
    assert citizen.page.name == "filing.paper.lodging.ways"


def test_a_list_that_changes_is_signed_again() -> None:
    choices = {"ask.premises": "rented", "paper.premises-lease.ways": "later"}
    citizen = Citizen(choices=choices)
    citizen.begin("individual-business-registration")
    citizen.go_on("filing.review")
    citizen.happen(e.AnswerReopened("paper.premises-lease"), e.Chose("commitment"), e.Acted("next"))
    citizen.go_on("filing.review")
    assert "sign.tolerance" not in citizen.filing.answers
    citizen.happen(e.AnswerReopened("paper.premises-lease"), e.Chose("later"), e.Acted("next"))
    assert citizen.page is not None
    assert citizen.page.name == "filing.tolerance"


def test_whoever_files_for_another_agrees_names_them_and_both_sign() -> None:
    citizen = filed("senior-preferential-card", {"ask.age_band": "65-up", "whose": "other"})
    (save,) = citizen.asked(e.SaveCase)
    kept = dict(save.answers)
    assert save.holder == HOLDER
    assert save.filed.agent
    assert (kept["principal_name"], kept["senior_name"]) == (OTHER.name, OTHER.name), "the form is about the principal"
    assert "自愿" in kept["consent"]
    assert {"sign.principal", "sign.agent"} <= kept.keys()
    (paper,) = citizen.asked(e.PrintPaper)
    assert paper.template == "authorisation"
    assert citizen.seen.index("filing.consent") < citizen.seen.index("filing.principal")


def test_four_scribbles_without_end_still_fit_into_a_case() -> None:
    scribble = tuple(tuple((x % 999, (x * 7 + at) % 499) for x in range(5_000)) for at in range(4))
    choices = {"ask.premises": "rented", "paper.premises-lease.ways": "later"}
    citizen = Citizen(choices=choices)
    citizen.begin("individual-business-registration")
    citizen.go_on("filing.sign.tolerance")
    citizen.happen(e.Signed(scribble), e.Acted("signed"))
    assert 4 * len(citizen.filing.answers["sign.tolerance"]) < ENVELOPE_MAX_BYTES // 2


def test_the_own_card_is_not_taken_for_the_principals() -> None:
    citizen = Citizen(choices={"ask.age_band": "65-up", "whose": "other"})
    citizen.begin("senior-preferential-card")
    citizen.go_on("filing.principal")
    citizen.happen(e.CardRead(7, HOLDER))
    assert citizen.filing.principal is None
    assert citizen.filing.fault == "filing.principal_same"
    assert citizen.journey.holder == HOLDER, "the visit stays that of the one who stands here"


def test_filing_for_oneself_after_all_takes_the_principals_facts_back() -> None:
    citizen = Citizen(choices={"ask.age_band": "65-up", "whose": "other"})
    citizen.begin("senior-preferential-card")
    citizen.go_on("filing.review")
    citizen.happen(e.AnswerReopened("whose"), e.Chose("self"), e.Acted("next"))
    citizen.go_on("result")
    kept = dict(citizen.asked(e.SaveCase)[0].answers)
    assert kept["senior_name"] == HOLDER.name
    assert "principal_name" not in kept


def test_several_items_ask_each_datum_and_each_paper_once() -> None:
    citizen = filed("newborn-joint")
    (save,) = citizen.asked(e.SaveCase)
    assert save.filed.joint == ("newborn-household-registration", "newborn-medical-insurance")
    asked = [name for name in dict.fromkeys(citizen.seen) if name.startswith("filing.form.")]
    assert len(asked) == len(set(asked))
    assert "filing.form.child_name" in asked
    papers = [key for key, _ in save.answers if key.startswith("paper.")]
    assert papers == ["paper.birth-certificate", "paper.household-register", "paper.marriage"]


def test_an_item_left_out_of_the_joint_matter_takes_its_papers_along() -> None:
    citizen = Citizen()
    citizen.begin("newborn-joint")
    citizen.happen(e.Chose("newborn-household-registration"), e.Acted("next"))
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert save.filed.joint == ("newborn-medical-insurance",)
    assert "paper.household-register" not in dict(save.answers)


@pytest.mark.parametrize(
    ("slug", "choices"),
    [
        ("individual-business-registration", {"ask.trade": "dangerous"}),
        ("residence-permit", {"ask.half_year": "no"}),
        ("senior-preferential-card", {"ask.age_band": "under"}),
        ("driving-licence-replacement", {"ask.years": "above"}),
    ],
)
def test_where_it_cannot_be_done_here_it_says_where(slug: str, choices: dict[str, str]) -> None:
    citizen = Citizen(choices=choices)
    citizen.begin(slug)
    citizen.go_on("filing.stop")
    page = citizen.page
    assert page is not None
    assert page.main is not None
    assert "window" in repr(page.body)
    assert not citizen.asked(e.AwaitCard)[2:], "nobody's card is read for what cannot be done here"
    citizen.happen(e.WentBack())
    assert citizen.page is not None
    assert citizen.page.name.startswith("filing.ask.")


def test_the_card_is_asked_for_after_the_plain_questions() -> None:
    citizen = filed("residence-permit")
    card = citizen.seen.index("card")
    assert citizen.seen[card - 1] == "filing.needs"
    assert "filing.facts" in citizen.seen[card:]


def test_what_the_card_says_is_not_typed_again_but_may_be_changed() -> None:
    citizen = Citizen()
    citizen.begin("residence-permit")
    citizen.go_on("filing.facts")
    citizen.happen(e.AnswerReopened("registered_address"), e.Cleared())
    assert citizen.page is not None
    assert citizen.page.name == "filing.form.registered_address.0"
    citizen.go_on("filing.facts")
    citizen.go_on("result")
    kept = dict(citizen.asked(e.SaveCase)[0].answers)
    assert kept["name"] == HOLDER.name
    assert kept["registered_address"].endswith("五号楼二单元")


def test_every_stage_has_words_in_every_language() -> None:
    for language in words.languages():
        assert all(words.say(language, f"filing.stage_{stage}") for stage in ("needs", "papers"))
    assert set(plan.STAGES) == {"needs", "card", "form", "papers", "review", "last"}


def test_a_department_that_is_down_leaves_the_other_ways() -> None:
    citizen = Citizen(World(department=lambda _: "slow"))
    citizen.begin("residence-permit")
    citizen.go_on("filing.paper.lodging.ways")
    citizen.happen(e.Chose("department"), e.Acted("next"))
    page = citizen.page
    assert page is not None
    assert page.name == "filing.paper.lodging.ways"
    assert page.trouble
    citizen.choices["paper.lodging.ways"] = "scan"
    citizen.choices["paper.work-proof.ways"] = "later"
    citizen.go_on("result")
    assert dict(citizen.asked(e.SaveCase)[0].answers)["paper.lodging"] == "scan C"


def without_a_card(identity: Identity) -> Citizen:
    """A filing that needs no card, or takes one if there is one."""
    items = tuple(
        msgspec.structs.replace(item, identity=identity) if item.slug == "residence-permit" else item for item in ITEMS
    )
    citizen = Citizen(journey=Journey(visit=7, case_id=CASE, items=items))
    citizen.begin("residence-permit")
    return citizen


@pytest.mark.parametrize("identity", [Identity.NONE, Identity.OPTIONAL])
def test_without_a_card_everything_is_asked_and_nothing_waits_for_one(identity: Identity) -> None:
    citizen = without_a_card(identity)
    citizen.choices |= {"paper.applicant-card.ways": "scan", "paper.work-proof.ways": "later"}
    for _ in range(120):
        if citizen.journey.screen is Screen.RESULT:
            break
        if citizen.journey.screen is Screen.CARD:
            citizen.seen.append("card")
            citizen.happen(e.CardSkipped())
        else:
            citizen.seen.append(citizen.page.name if citizen.page else "")
            citizen.one_step()
    (save,) = citizen.asked(e.SaveCase)
    assert ("card" in citizen.seen) is (identity is Identity.OPTIONAL)
    assert save.holder is None
    assert "filing.facts" not in citizen.seen
    kept = dict(save.answers)
    assert kept["name"] == "李四", "asked for, as no card said it"
    assert kept["paper.applicant-card"] == "scan C"


def test_a_card_that_is_not_mine_brings_me_back_to_where_i_was() -> None:
    citizen = Citizen()
    citizen.begin("residence-permit")
    citizen.go_on("card")
    citizen.happen(e.CardRead(7, OTHER), e.PersonDenied())
    assert citizen.journey.screen is Screen.CARD
    citizen.happen(e.WentBack())
    assert citizen.page is not None
    assert citizen.page.name == "filing.needs"
    citizen.go_on("result")
    assert citizen.asked(e.SaveCase)[0].holder == HOLDER


def test_back_from_the_house_number_goes_to_the_streets_and_from_there_to_the_question_before() -> None:
    citizen = Citizen()
    citizen.begin("residence-permit")
    citizen.go_on("filing.form.lives_at.3")
    for expected in ("filing.form.lives_at.2", "filing.facts"):
        citizen.happen(e.WentBack())
        assert citizen.page is not None
        assert citizen.page.name == expected
