"""What the district's systems exchange: cases, ratings and voices in GB/T 39046 fields, the catalogue in the provincial
item schema, and what could not be carried over, field by field.
"""
