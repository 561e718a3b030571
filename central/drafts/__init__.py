"""Unfinished filings, kept because their citizens agreed."""
