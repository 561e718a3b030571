"""The flight recorder: frames redacted before they are kept, a ring on disk, one file to take along."""
