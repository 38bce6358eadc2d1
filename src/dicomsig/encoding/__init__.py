"""Where the bytes of a DICOM instance are: tags, VRs, lengths, transfer syntaxes (PS3.5, PS3.10)."""
