"""安全审计: every administrative act in one chain, every look at personal data beside it, kept and sent on."""
