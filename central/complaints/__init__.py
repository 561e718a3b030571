"""Complaints, consultations and suggestions: each is answered, and its citizen hears it."""
