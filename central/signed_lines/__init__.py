"""Lines to systems that share a key with the centre: payments, texts, other cities, 12345."""
