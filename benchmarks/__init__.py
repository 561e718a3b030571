"""Measurements. Each prints one JSON object as its last line, beside a peer or the machine's limit in the same run."""
