"""The departments this centre knows, a file each."""
