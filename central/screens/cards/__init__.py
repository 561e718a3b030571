"""窗口四亮: the cards of whoever sits at a window."""
