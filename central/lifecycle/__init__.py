"""The life of a case by GB/T 39046: its phases, the links of its handling with their clocks, special procedures."""
