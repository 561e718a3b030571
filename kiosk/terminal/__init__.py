"""The process that never ends: store, messenger, shared devices, visits. No Qt."""
