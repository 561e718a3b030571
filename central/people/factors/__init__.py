"""动态口令: the second factor of administration by RFC 6238, and the recovery codes for a lost telephone."""
