"""What services share: who asks, what an unanswered question means, and pages that every one of them has. Pure."""

from contract.catalogue import TimeLimit, Unit
from contract.messages import Holder
from contract.questions import Answer, CaseStep, Fact, Person, Refused, Section, Unavailable
from kiosk import words
from kiosk.journey import page as p

DEFAULT = "zh-Hans"


def person(holder: Holder, mobile: str = "") -> Person:
    """Whom a question is about."""
    return Person(holder.name or holder.latin_name, holder.id_number or holder.pass_number, holder.card_kind, mobile)


def limit(told: TimeLimit) -> p.Said:
    """`5 个工作日`, or that it is done at once."""
    if not told.amount:
        return p.word("item.limit.at_once")
    halves = told.unit is Unit.HALF_WORKING_DAY
    return p.word(f"item.limit.{told.unit.value}", count=f"{told.amount / 2:g}" if halves else str(told.amount))


def why_not(answer: Answer) -> p.Said:
    """What a refusal or a silence of somebody else means for the citizen; empty for any other answer."""
    if isinstance(answer, Refused):
        return answer.text or known_word(f"refused.{answer.reason}", "refused.other")
    if isinstance(answer, Unavailable):
        return answer.text or known_word(f"unavailable.{answer.why}", "unavailable.down")
    return ""


def unanswered(why: str) -> p.Said:
    """What it means that nobody answered: `offline`, `slow`, `refused` or `broken`."""
    return known_word(f"unanswered.{why}", "unanswered.broken")


def known_word(key: str, otherwise: str) -> p.Word:
    """The words of `key`, or those of `otherwise` where nobody has written any."""
    return p.word(key if key in words.load(DEFAULT) else otherwise)


def blocks(sections: tuple[Section, ...]) -> tuple[p.Block, ...]:
    """What a department said, as it is read."""
    found: list[p.Block] = []
    for section in sections:
        found.append(p.Heading(section.title))
        found += [entry(fact) for fact in section.facts]
    return tuple(found)


def entry(fact: Fact) -> p.Entry:
    """One line of it."""
    return p.Entry(fact.label, fact.value, personal=fact.personal)


def steps(found: tuple[CaseStep, ...]) -> list[p.Block]:
    """What was done, one after the other."""
    return [p.Bullet(p.Listed((p.Moment(step.at), step.title), "facts"), step.note, "done") for step in found]


def waiting(name: str, doing: p.Said, *, usually: int = 5, icon: str = "", **more: object) -> p.Page:
    """Somebody is asked: the citizen may leave, nobody throws them out."""
    return p.Page(
        name,
        p.word("page.waiting"),
        p.Wait(doing, usually, icon),
        pace=p.Pace.WAITS,
        may_back=False,
        **more,  # type: ignore[arg-type]  # of the page's own fields
    )


AGAIN = "again"
HELP_ELSEWHERE = "elsewhere"


def trouble(name: str, title: p.Said, said: p.Said, *, ways: tuple[p.Said, ...] = (), again: bool = True) -> p.Page:
    """It did not work: what it was, what still works, where else; and once more."""
    return p.Page(
        name,
        title,
        p.Read((p.Line(said, p.Tone.ATTENTION), *(p.Bullet(way) for way in ways))),
        main=p.Action(AGAIN, p.word("page.again"), "refresh-cw") if again else None,
        second=(p.Action("back", p.word("page.leave_it"), "arrow-left"),),
    )
