"""Projects of companies: all their approvals in one chart, with who does each, until when, and who is waited for."""
