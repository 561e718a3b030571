"""Hardware, knowing nothing of kiosks: one folder a kind of device, each with the same five names inside."""
