"""堵点: what stands in citizens' way, found once, on a track, closed with a result; and answers to 办不成事."""
