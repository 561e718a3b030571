"""What a domain's answers look like; the registry puts them together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from central.centre import Centre
from contract.questions import Answer

Handler = Callable[[Centre, str, Any], Awaitable[Answer]]
"""(centre, id of the terminal, question) -> answer. Its question is of the type it is registered for."""

Asked = TypeVar("Asked")


def in_thread(work: Callable[[Centre, str, Asked], Answer]) -> Handler:
    """A handler whose work waits for the database: on a thread, so that the event loop does not."""

    async def handle(centre: Centre, terminal: str, question: Any) -> Answer:  # noqa: ANN401 - as registered
        return await asyncio.to_thread(work, centre, terminal, question)

    return handle
