"""A payment gateway with a phone page, on the other end of a real line; for demonstrations and tests."""
