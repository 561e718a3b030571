"""OFD certificates (GB/T 33190-2016): read within limits, drawn as pages, refused where that would not be true."""
