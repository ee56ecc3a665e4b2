"""What was said, and how much of it: the record (XML, CSV) and the completeness statement."""
