"""Who opened what is sealed, beside cases (which have their own log): complaints, calls, bookings, notices."""
