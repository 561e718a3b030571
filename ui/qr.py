"""A QR code as the source of a QML Image: one pixel a module with the quiet zone, so that whole factors stay crisp."""

from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter

QUIET_ZONE = 4


@lru_cache(maxsize=4)
def as_source(text: str) -> str:
    """`data:image/png;base64,…` of `text` in UTF-8, error correction M."""
    rows = matrix(text)
    image = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    black = QColor("black")
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixelColor(x, y, black)
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return "data:image/png;base64," + bytes(written.toBase64().data()).decode()


def matrix(text: str) -> list[list[bool]]:
    """The modules of `text`, quiet zone included."""
    # Here and not above: most pages show no code, and the warm spare starts sooner without it.
    import qrcode  # noqa: PLC0415

    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text.encode())
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]
