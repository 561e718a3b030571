"""Whether this terminal is ready for citizens: machine, settings, every fitted device, and the report that says so."""
