"""Queue numbers and serials: how they are spelt, counted, and never given twice."""
