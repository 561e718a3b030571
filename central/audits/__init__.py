"""抽查: lots drawn by a seed so they can be drawn again, a checklist, results; of cases, call-backs, and night help."""
