"""Deliberately wrong archives, shipped, and honest ones to compare them with (PS3.4 B.4, PS3.15 A.1 to A.3)."""
