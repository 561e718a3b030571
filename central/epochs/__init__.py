"""Whose an epoch is: the chain of links by which a clone, a re-image or a rolled-back disk shows at first contact."""
