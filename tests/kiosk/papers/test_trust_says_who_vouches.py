"""Trust levels A to D (国办函〔2016〕108号) in the words that stand across a page."""

from kiosk.paper.trust import Trust, watermark


def test_only_who_vouches_is_named_and_a_scan_is_vouched_for_by_nobody() -> None:
    issued = watermark(Trust.ISSUED, "福州市不动产登记中心", "2027-05-21")
    assert issued == "此件由福州市不动产登记中心提供，仅供办理政务服务事项时使用，有效期至2027-05-21"
    assert watermark(Trust.CHECKED, "鼓楼区政务服务中心").startswith("此件经与原件核对无误")
    assert [watermark(level, "x") for level in (Trust.SCANNED, Trust.DECLARED)] == ["", ""]
    assert [level.value for level in Trust] == ["A", "B", "C", "D"]
