"""A case's number and the code beside it, typed from the receipt: one page for every service that begins so. Pure."""

from typing import Final

from kiosk.journey import page as p

NUMBER_LENGTH: Final = 25
"""办件编号: district, terminal, date, serial, check character (contract.numbers)."""
CODE_LENGTH: Final = 6


def page(service: str, at: str, number: str, code: str) -> p.Page:
    """`at` is `number` or `code`; the page is the service's, its words are those of 办理进度."""
    length, text = (NUMBER_LENGTH, number) if at == "number" else (CODE_LENGTH, code)
    left = length - len(text)
    return p.Page(
        f"{service}.{at}",
        p.word(f"progress.{at}"),
        p.Enter(
            p.Pad.CODE,
            text,
            p.word(f"progress.{at}_example"),
            p.word("form.digits_left", count=str(left)) if left else p.word("form.digits_done"),
            complete=left == 0,
            longest=length,
        ),
        why=p.word(f"progress.{at}_why"),
        main=p.Action("go", p.word("frame.next"), off="" if left == 0 else p.word(f"progress.{at}_why")),
        personal=True,
    )
