"""The district as a tree (ZZ-15): 区, 街道 or 乡镇, 村 or 社区, hall, terminal. Values come down it."""
