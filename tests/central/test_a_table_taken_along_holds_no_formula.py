"""CSV: what somebody typed is never a formula, what is empty stays empty, a number stays a number."""

import csv
import io

from central.csv_text import csv_text


def test_what_was_typed_is_no_formula_and_what_is_empty_stays_empty() -> None:
    typed = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'a "b", c', "", "张*", 7, -3, None)
    text = csv_text(("列",), [[one] for one in typed])
    assert text.startswith("\ufeff列\r\n")
    read = [row[0] if row else "" for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))][1:]
    guarded = ["'" + str(one) for one in typed[:6]]
    assert read == [*guarded, 'a "b", c', "", "张*", "7", "-3", ""]
