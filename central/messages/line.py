"""The line to the SMS gateway."""

import msgspec

from central.messages.protocol import NameMessage, SendText, Told
from central.signed_lines.line import SignedLine


class Gateway(SignedLine):
    """Use as a context manager: leaving it lets go of the line."""

    def __init__(self, url: str, key: bytes) -> None:
        super().__init__(url, key, "SMS gateway", "messages")

    def send(self, text: SendText) -> Told:
        """One text; the same id again is the same text. Raises Silent."""
        return self._of("/messages", text, text.message_id)

    def query(self, message_id: str) -> Told:
        """Whether it arrived. Raises Silent."""
        return self._of("/query", NameMessage(message_id), message_id)

    def _of(self, path: str, said: msgspec.Struct, message_id: str) -> Told:
        told = self.ask(path, said, Told)
        if told.message_id != message_id:
            raise self.silent(path, "an answer about another message")
        return told
