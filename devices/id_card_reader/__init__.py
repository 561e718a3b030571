"""Second-generation ID-card reader with a SAM-V module on a serial line."""
