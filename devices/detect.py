"""Which device is at which port, at which baud rate: asked without leaving a trace."""
