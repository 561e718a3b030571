"""补交材料: papers of a case that were missing and came later - from a terminal, a window or a phone (BJ-02)."""
