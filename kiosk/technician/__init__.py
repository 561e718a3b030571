"""The technician's turn at the terminal: a process of its own that holds every port while no citizen is served."""
