"""Cases, ratings and complaints of other systems in GB/T 39046 fields: a file is checked whole, then kept or refused
whole; what says otherwise than before waits for a person.
"""
