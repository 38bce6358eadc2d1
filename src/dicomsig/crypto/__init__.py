"""Digests, DigestInfo, RSA and X.509 as PS3.15 C.1 and RFC 5280 use them; nothing here knows DICOM objects."""
