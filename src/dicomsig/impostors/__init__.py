"""Deliberately wrong verifiers, signers and archives, shipped: each is wrong in one way and must be convicted."""
