"""Filing: tolerance, promise, agency, several items as one, payment (BJ-01, 03, 06, 08, 09, 23, 24, 30, SX-22)."""

from contract.questions import Answer, PayBegun, Question
from kiosk import services
from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor
from tests.kiosk.services.filing.citizen import HOLDER, OTHER, World

SHOP = "individual-business-registration"
PERMIT = "residence-permit"
LICENCE = "driving-licence-replacement"
SENIOR = "senior-preferential-card"
NEWBORN = "newborn-joint"
ITEMS = {item.slug: item for item in services.load().items}
LATER = {"ask.premises": "rented", "paper.premises-lease.ways": "later"}
PROMISED = {"ask.premises": "rented", "paper.premises-lease.ways": "commitment"}
FOR_ANOTHER = {"ask.age_band": "65-up", "whose": "other"}


def filing(visit: MakeVisitor, slug: str, choices: dict[str, str] | None = None) -> Visitor:
    """A citizen who has chosen this item, and will choose so."""
    citizen = visit()
    citizen.choices = choices or {}
    citizen.begin(slug)
    return citizen


def paper(citizen: Visitor, template: str) -> dict[str, object]:
    """What stands on the paper that was printed."""
    return next(dict(effect.data) for effect in citizen.asked(e.PrintPaper) if effect.template == template)


def test_a_missing_paper_is_named_signed_for_and_certified(visit: MakeVisitor) -> None:
    citizen = filing(visit, SHOP, LATER)
    citizen.go_on("filing.tolerance")
    shown, told = citizen.leaves(), ITEMS[SHOP].tolerance
    assert told is not None
    assert "租赁合同" in shown
    assert f"{told.working_days} 个工作日" in shown
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert save.filed.missing == ("premises-lease",)
    assert dict(save.answers)["sign.tolerance"].startswith("<svg")
    notice = paper(citizen, "tolerance")
    assert "租赁合同" in str(notice["missing"])


def test_without_a_main_paper_nothing_is_accepted(visit: MakeVisitor) -> None:
    citizen = filing(visit, PERMIT, {"ask.ground": "work"})
    citizen.go_on("filing.paper.lodging.ways")
    options = [name for name in citizen.booth.names() if name.startswith("option.")]
    assert options
    assert "option.later" not in options
    citizen.happen(e.Chose("later"), e.Acted("next"))
    assert citizen.page is not None
    assert citizen.page.name == "filing.paper.lodging.ways"


def test_a_promise_stands_for_a_paper_with_what_follows_from_a_false_one(visit: MakeVisitor) -> None:
    citizen = filing(visit, SHOP, PROMISED)
    citizen.go_on("filing.promise")
    shown, told = citizen.leaves(), ITEMS[SHOP].commitment
    assert told is not None
    for text in (*told.told, told.promised, told.consequences):
        assert text["zh-Hans"] in shown
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert (save.filed.promised, save.filed.missing) == (("premises-lease",), ())
    assert dict(save.answers)["sign.promise"].startswith("<svg")
    assert paper(citizen, "commitment")["consequences"]


def test_the_last_day_to_bring_a_paper_is_said_and_printed(visit: MakeVisitor) -> None:
    citizen = filing(visit, SHOP, LATER)
    citizen.go_on("filing.after")
    assert "2026年12月14日" in citizen.leaves()
    citizen.go_on("result")
    assert paper(citizen, "tolerance")["until"] == "2026-12-14"


def test_a_promise_date_stands_on_the_last_page(visit: MakeVisitor) -> None:
    citizen = filing(visit, PERMIT)
    citizen.go_on("result")
    assert "2026年11月30日" in citizen.leaves()


def test_each_datum_and_each_paper_is_asked_for_once(visit: MakeVisitor) -> None:
    citizen = filing(visit, NEWBORN)
    citizen.go_on("filing.needs")
    shown = citizen.leaves()
    parts = [ITEMS[slug] for slug in ("newborn-household-registration", "newborn-medical-insurance")]
    for part in parts:
        assert part.title["zh-Hans"] in shown, "where an entry comes from"
    codes = [material.code for part in parts for material in part.materials]
    assert len(codes) > len(set(codes)), "the two items want some paper both"
    both = next(code for code in codes if codes.count(code) > 1)
    name = next(material.name["zh-Hans"] for material in parts[0].materials if material.code == both)
    wanting = "、".join(part.title["zh-Hans"] for part in parts)
    assert shown.count(name) == 1
    assert wanting in shown
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    keys = [key for key, _ in save.answers]
    assert len(keys) == len(set(keys))
    fields = [field.key for part in parts for field in part.form]
    assert len(fields) > len(set(fields)), "both ask some datum"
    asked = [name for name in citizen.seen if name.startswith("filing.form.")]
    assert len(set(asked)) == len({name.removesuffix(".0").removesuffix(".1") for name in asked}), asked
    assert save.filed.joint == tuple(part.slug for part in parts)


def test_the_merged_form_has_no_question_twice(visit: MakeVisitor) -> None:
    citizen = filing(visit, NEWBORN)
    citizen.go_on("filing.review")
    shown = citizen.leaves()
    for field in ITEMS["newborn-medical-insurance"].form:
        assert shown.count(f"{field.label['zh-Hans']}\n") <= 1, field.key
    citizen.go_on("result")
    assert [name for name in citizen.seen if name == "filing.form.child_name"] == ["filing.form.child_name"]


def test_whoever_acts_for_another_is_authorised_for_a_term(visit: MakeVisitor) -> None:
    citizen = filing(visit, SENIOR, FOR_ANOTHER)
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert save.filed.agent
    assert save.holder == HOLDER
    assert dict(save.answers)["principal_name"] == OTHER.name
    written = paper(citizen, "authorisation")
    assert (written["valid_from"], written["valid_until"]) == ("2026-11-23", "2026-12-23")


def test_nobody_acts_for_another_by_default_and_consent_is_read_first(visit: MakeVisitor) -> None:
    citizen = filing(visit, SENIOR, FOR_ANOTHER)
    citizen.go_on("filing.whose")
    assert citizen.filing.typed == ""
    citizen.touch("main")
    assert citizen.page is not None
    assert citizen.page.name == "filing.whose", "without a choice it does not go on"
    citizen.go_on("filing.consent")
    assert "自愿" in citizen.leaves()
    citizen.go_on("result")
    assert "自愿" in dict(citizen.asked(e.SaveCase)[0].answers)["consent"]
    own = filing(visit, SENIOR, {"ask.age_band": "65-up", "whose": "self"})
    own.go_on("result")
    assert not own.asked(e.SaveCase)[0].filed.agent


class LostOnce(World):
    """The first answer about a payment is lost on the way."""

    lost = 0

    def answer(self, question: Question) -> Answer | str:
        """As the world does, but for the first order."""
        if isinstance(question, PayBegun) and not self.lost:
            self.lost = 1
            return "slow"
        return super().answer(question)


def test_money_is_taken_once_for_everything_however_the_line_is(visit: MakeVisitor) -> None:
    citizen = filing(visit, LICENCE)
    citizen.world = LostOnce()
    citizen.go_on("result")
    begun = citizen.questions(PayBegun)
    assert len(begun) >= 2, "asked again after the silence"
    assert len({question.order_id for question in begun}) == 1
    receipt = paper(citizen, "payment")
    assert receipt["receipt_number"] == "61-1"
