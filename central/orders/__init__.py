"""Service orders (代办, 延时, 上门): each is given to somebody, has a clock and an outcome, and is told about."""
