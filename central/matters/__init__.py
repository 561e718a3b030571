"""待办事项: whatever a manager has to settle, with an owner, a clock and a closing action; also the incident log."""
