"""12345: work orders of the hotline are handled here and answered there; what belongs to others is passed on to it."""
