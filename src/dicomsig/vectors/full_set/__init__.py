"""Unsigned instances of the further kinds that PS3.15 C.2 and C.3 name, one module a family."""
