"""A program on the other end of the line that stands in for every department: real HTTP, nobody real in it.

`python -m central.departments.simulator --port 0 --ready-file FILE`. Who somebody is follows from the identity number
alone, so every run knows the same people. It can be told to be slow, down or wrong by `POST /_world`.
"""
