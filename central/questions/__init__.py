"""What visits ask while their citizens wait: opened, answered by a domain, sealed for that visit alone."""
