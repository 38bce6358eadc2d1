"""What systems under test are fed: the test PKI, unsigned instances, wrong signers, vectors and drawn instances."""
