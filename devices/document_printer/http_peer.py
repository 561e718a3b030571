"""One client of the simulated printer: HTTP requests come out of its bytes, answers go back whole."""

from collections.abc import Callable

import h11


class HttpPeer:
    """One connection."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.SERVER)
        self._body = bytearray()

    def received(self, chunk: bytes, answered: Callable[[bytes], bytes]) -> list[bytes]:
        """What goes back, one item an answer."""
        answers: list[bytes] = []
        try:
            self._http.receive_data(chunk)
            while (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                answers += self._heard(event, answered)
                if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is h11.MUST_CLOSE:
                    break
        except h11.RemoteProtocolError:
            self._http = h11.Connection(h11.SERVER)
            return [b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"]
        return answers

    def _heard(self, event: object, answered: Callable[[bytes], bytes]) -> list[bytes]:
        match event:
            case h11.Request():
                self._body.clear()
                if self._http.they_are_waiting_for_100_continue:
                    return [self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b""]
            case h11.Data(data=piece):
                self._body += piece
            case h11.EndOfMessage():
                body = answered(bytes(self._body))
                headers = [("Content-Type", "application/ipp"), ("Content-Length", str(len(body)))]
                answer = [
                    self._http.send(part) or b""
                    for part in (
                        h11.Response(status_code=200, headers=headers),
                        h11.Data(data=body),
                        h11.EndOfMessage(),
                    )
                ]
                if self._http.our_state is h11.DONE:
                    self._http.start_next_cycle()
                return [b"".join(answer)]
            case _:
                pass
        return []
