"""The visit as a pure function: what can happen, what is asked for, which page follows. No clock, no device."""
