"""补交材料: a paper that was missing (容缺) is handed in after the case, at any terminal, online or not. Pure.

The pictures travel as the scans of a case do; everything else fits an envelope. Times are ISO 8601 with offset.
"""

import msgspec

from contract.scans import ScanRef


class SupplementGiven(msgspec.Struct, frozen=True, tag_field="kind", tag="supplement"):
    """Papers handed in for a case. Whose they are is in the envelope's sealed part (`SupplementContent`)."""

    supplement_id: str
    case_number: str
    """办件编号 of the case they belong to; the case itself may arrive later than this."""
    materials: tuple[str, ...]
    """Their codes, as in the catalogue; each names at least one of `scans`."""
    at: str
    language: str
    code: str = ""
    """The verification code that was shown with the number; empty where a card was."""
    item: str = ""
    """Slug of the case's item, as far as the terminal knew it."""
    scans: tuple[ScanRef, ...] = ()
    sealed_as: str = ""
    """The id the scans were sealed under: that of the visit's own case (`contract.scans.scan_context`)."""
    trust: str = "C"
    """Trust level of the papers (国办函〔2016〕108号): C is a picture the citizen took."""
    masked_name: str = ""


class SupplementContent(msgspec.Struct, frozen=True):
    """The sealed part: who stood there, where a card said so."""

    name: str = ""
    id_number: str = ""
