"""驻窗领导: who was at a window, from when to when, counted by unit and week."""
