"""Mandates (交办事项): instructions, documents, joint handling, meetings, yearly targets, orders to supervise."""
