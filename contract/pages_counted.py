"""您拿到了几页: what a citizen says of a paper of which nobody else can say how much came out."""

import msgspec


class PagesCounted(msgspec.Struct, frozen=True, tag_field="kind", tag="pages_counted"):
    """Kept with the paper's own report; counted, never named."""

    document_id: str
    """That of the paper's report."""
    pages: int
    of: int
    """How many it has."""
    at: str
