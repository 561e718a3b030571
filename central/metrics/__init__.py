"""What a monitoring server reads: figures in Prometheus' text form, gathered when they are asked for."""
