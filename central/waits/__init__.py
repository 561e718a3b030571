"""How long a queue takes: planned service times, and the forecast they give."""
