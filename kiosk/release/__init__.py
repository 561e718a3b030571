"""How another release of this software comes onto a terminal, and how it goes again when it is not well (ADR 14)."""
