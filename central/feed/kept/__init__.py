"""What was published, as replies and pages give it out."""
