"""What the district is measured by, computed from records, and the reports and lists made of it unattended."""
