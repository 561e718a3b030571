"""What the QR code of a number holds, the same on paper and on screen. Pure."""


def qr_text(number: str, business_date: str, case_number: str) -> str:
    """Readable by any phone without a network, nothing personal."""
    return f"{number} {business_date} {case_number}"
