"""The application: what a visit is and what the terminal does about it. No Qt here but in `visit.py`."""
