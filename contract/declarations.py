"""What somebody declared on the screen before a department acted: which words, of which version, by which hand."""

import msgspec


class Declared(msgspec.Struct, frozen=True):
    """A declaration or consent as it was signed. It travels sealed with the question it belongs to."""

    text: str
    """Word for word as it stood on the screen."""
    language: str
    item_version: int
    """The item whose words these are."""
    at: str
    """Local time to the minute."""
    signature: str
    """SVG of the hand; `consent YYYY-MM-DD HH:MM` where somebody cannot write."""
