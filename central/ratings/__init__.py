"""好差评 as staff see it: levels, reasons, second ratings; and how often the green channel was taken."""
