"""What can be done by hand to each device of a demonstration, as its simulator takes it. Pure; not in the wheel."""

from typing import Final

Played = dict[str, str | int | float | bool]
"""One order to a simulator, as its control socket takes it."""

_PRINTER: Final[tuple[tuple[str, str, Played], ...]] = (
    ("卡纸", "Jam", {"do": "jam"}),
    ("清除卡纸", "Clear the jam", {"do": "clear_jam"}),
    ("缺纸", "Paper out", {"do": "paper_out"}),
    ("加纸", "Refill", {"do": "refill"}),
    ("机盖打开", "Cover open", {"do": "cover_open"}),
    ("机盖合上", "Cover closed", {"do": "cover_close"}),
)
DEVICES: Final[dict[str, tuple[str, tuple[tuple[str, str, Played], ...]]]] = {
    "id_card_reader": ("身份证读卡器", (("取走身份证", "Lift the card", {"do": "lift_card"}),)),
    "ticket_printer": (
        "小票打印机",
        (
            *_PRINTER,
            ("取走小票", "Take the ticket", {"do": "take_ticket"}),
            ("小票被收回", "Retract the ticket", {"do": "retract_ticket"}),
        ),
    ),
    "document_printer": (
        "文件打印机",
        (
            *_PRINTER,
            ("下一页卡纸", "Jam on a page", {"do": "jam_at", "side": 1}),
            ("墨粉用完", "Toner out", {"do": "toner_out"}),
            ("换墨粉", "New toner", {"do": "toner_replace"}),
            ("抽出纸盒", "Tray out", {"do": "tray_out"}),
            ("推回纸盒", "Tray in", {"do": "tray_in"}),
            ("出纸口满", "Exit full", {"do": "output_full"}),
            ("出纸口清空", "Exit empty", {"do": "output_empty"}),
        ),
    ),
    "code_scanner": (
        "扫码器",
        (("出示二维码", "Show a code", {"do": "show_code", "text": "https://example.gov.cn/q/A0123"}),),
    ),
    "smart_card_reader": (
        "社保卡读卡器",
        (
            ("插卡", "Insert the card", {"do": "put_card", "card": "holder"}),
            ("拔卡", "Take it out", {"do": "lift_card"}),
            ("服务停止", "pcscd stops", {"do": "service_stop"}),
            ("服务恢复", "pcscd starts", {"do": "service_start"}),
        ),
    ),
    "document_camera": (
        "高拍仪",
        (
            ("放纸", "Put a page", {"do": "put_page"}),
            ("放两张", "Put two pages", {"do": "put_page", "pages": 2}),
            ("取纸", "Take it away", {"do": "take_page"}),
            ("放斜", "Askew", {"do": "set", "rotation": 25.0}),
            ("反光", "Glare", {"do": "set", "glare": 0.9}),
            ("遮住镜头", "Cover the lens", {"do": "cover_lens"}),
            ("都恢复", "All well", {"do": "set", "rotation": 0.0, "glare": 0.0, "light": 1.0}),
            ("画面冻结", "Freeze", {"do": "freeze"}),
        ),
    ),
    "locker": (
        "储物柜",
        (
            ("手动开 1 号门", "Open door 1 by hand", {"do": "open_by_hand", "door": 1}),
            ("关 1 号门", "Close door 1", {"do": "close", "door": 1}),
            ("1 号门卡住", "Door 1 jams", {"do": "jam", "door": 1}),
            ("1 号门松开", "Door 1 is free", {"do": "free", "door": 1}),
            ("1 号门感应失灵", "Sensor 1 stuck", {"do": "sensor_stuck", "door": 1}),
            ("锁板没有回答", "Board silent", {"do": "board_silent", "board": 1}),
            ("锁板恢复", "Board back", {"do": "board_back"}),
        ),
    ),
    "permit_endorser": (
        "证件签注机",
        (
            ("放入通行证", "Put a permit in", {"do": "put_in"}),
            ("放入读不出的", "One that is unreadable", {"do": "put_in", "readable": False}),
            ("取走证件", "Take it out", {"do": "take_out"}),
            ("办完不取走", "Leave it behind", {"do": "hand", "takes": False}),
            ("色带用完", "Ribbon out", {"do": "ribbon", "to": "out"}),
            ("换色带", "New ribbon", {"do": "ribbon", "to": "full"}),
            ("卡证", "Jam", {"do": "jam"}),
            ("清空", "Empty it", {"do": "empty"}),
            ("断电", "Power cut", {"do": "power_cut"}),
        ),
    ),
    "person_matcher": (
        "人证核验",
        (
            ("本人在前", "The holder stands here", {"do": "person", "there": True, "score": 950}),
            ("别人在前", "Somebody else", {"do": "person", "there": True, "score": 120}),
            ("照片冒充", "A photograph", {"do": "person", "alive": False}),
            ("没有人", "Nobody", {"do": "person", "there": False}),
        ),
    ),
    "power": (
        "电源",
        (
            ("市电断", "Mains off", {"do": "mains_off"}),
            ("电量低", "Battery low", {"do": "battery_low"}),
            ("市电通", "Mains on", {"do": "mains_on"}),
        ),
    ),
    "cabinet": (
        "机柜",
        (
            ("柜门打开", "Door open", {"do": "door_open"}),
            ("柜门关上", "Door closed", {"do": "door_close"}),
            ("钥匙：维护", "Key: maintenance", {"do": "switch", "to": "maintenance"}),
            ("钥匙：运行", "Key: run", {"do": "switch", "to": "run"}),
        ),
    ),
}
"""Every device a demonstration may fit: its name, and what can be done to it beside the faults all have."""


def played(device: str, number: str) -> Played:
    """The order behind a button of the bench: its number, or the name of a fault, or `unplug` and `replug`."""
    if number.isdecimal():
        return DEVICES[device][1][int(number)][2]
    return {"do": number} if number in ("unplug", "replug") else {"do": "fault", "name": number}
