"""Commands to one terminal or to many: reason, expiry, a second person where it destroys, what came of it."""
