"""What comes out of the printers: tickets and documents, each step written down before the next is taken."""
