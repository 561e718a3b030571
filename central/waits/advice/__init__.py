"""增开窗口: when a wait passes its bound, which window should open, and what came of it."""
