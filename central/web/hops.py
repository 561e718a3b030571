"""Whose request it is when proxies stand between. Pure."""

from collections.abc import Collection


def first_hop(direct: str, forwarded: str, trusted: Collection[str]) -> str:
    """The nearest address that is no trusted proxy: what others say of themselves further away counts for nothing."""
    address = direct
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if address not in trusted:
            break
        address = hop
    return address
