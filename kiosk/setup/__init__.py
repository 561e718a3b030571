"""How this machine became this terminal, stays it and stops being it: keys, enrolment, settings, moving, the doctor."""
