"""The demonstration: centre, simulators and terminal on one machine, each a process of its own. Not part of the
wheels.
"""
