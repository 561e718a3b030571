"""代办员: who does things for citizens and companies, full time or beside other work; where, and which items."""
