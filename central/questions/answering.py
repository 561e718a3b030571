"""What a domain's answers look like; the registry puts them together."""

from collections.abc import Awaitable, Callable
from typing import Any

from central.centre import Centre
from contract.questions import Answer

Handler = Callable[[Centre, str, Any], Awaitable[Answer]]
"""(centre, id of the terminal, question) -> answer. Its question is of the type it is registered for."""
