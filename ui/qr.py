"""QR codes for QML: an image provider that draws one pixel a module, so that whole factors stay crisp."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

QUIET_ZONE: Final = 4
PROVIDER: Final = "qr"
BLACK: Final = 0
WHITE: Final = 255


def as_source(text: str) -> str:
    """What the source of an Image is that shows `text`; nothing for nothing."""
    return f"image://{PROVIDER}/{text.encode().hex()}" if text else ""


class QrProvider(QQuickImageProvider):
    """Answers `as_source`. Error correction M, text in UTF-8."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: A002, ARG002, N803  # Qt's names
        """One pixel a module with the quiet zone around it."""
        rows = matrix(bytes.fromhex(id).decode())
        side = len(rows)
        # Grey rows in one buffer: pixel by pixel a long code took a fifth of a second of the page it stands on.
        dots = b"".join(bytes(BLACK if dark else WHITE for dark in row) for row in rows)
        return QImage(dots, side, side, side, QImage.Format.Format_Grayscale8).convertToFormat(
            QImage.Format.Format_RGB32
        )


def matrix(text: str) -> list[list[bool]]:
    """The modules of `text`, quiet zone included."""
    # Here and not above: most pages show no code, and the warm spare starts sooner without it.
    import qrcode  # noqa: PLC0415

    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text.encode())
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]
