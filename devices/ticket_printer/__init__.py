"""ESC/POS ticket printer, 80 mm paper, 576 dots a line."""
