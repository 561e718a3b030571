"""办事结果公开: how many cases were finished today."""
