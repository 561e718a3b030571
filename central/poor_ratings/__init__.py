"""差评: each one is an order: verify, rectify, reply, rate again; and what speaks for or against a ranking."""
