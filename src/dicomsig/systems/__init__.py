"""How a system under test is reached; a signer is reached through its files."""
