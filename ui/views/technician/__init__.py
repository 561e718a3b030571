"""The technician's pages: session in, finished texts and what a touch means out."""
