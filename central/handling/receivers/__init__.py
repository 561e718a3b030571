"""首问负责: who received a case or a consultation first, kept for good."""
