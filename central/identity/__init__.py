"""Who a terminal is: one-time codes, certificates of the fleet's authority, cutting off what was stolen."""
