"""What became of an instance between storing and retrieving, and what the standard says of it (PS3.4 B.4, PS3.15 A)."""
