"""叫号屏: silent calling on any browser, the voice of its zone and hour, and what every call went out by."""
