"""For the technician with a laptop: what is at which port, one device tried by hand, a fault said in one sentence."""
