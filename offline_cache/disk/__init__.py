"""The file on the disk: opened, encrypted, migrated, copied, rescued, with room kept back."""
