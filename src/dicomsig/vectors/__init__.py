"""What systems under test are fed: the test PKI, unsigned instances and how they are encoded (DESIGN section 5)."""
