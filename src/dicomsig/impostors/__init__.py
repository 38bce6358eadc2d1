"""Deliberately wrong verifiers, shipped: each is wrong in one way and must be convicted (DESIGN section 3)."""
