"""DICOM over the web: STOW-RS there, WADO-RS back, bytes untouched (PS3.18 10.4, 10.5)."""
