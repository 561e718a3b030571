"""Surveys by quota: who is invited, what was filled."""
