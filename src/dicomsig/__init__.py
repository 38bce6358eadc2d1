"""dicomsig judges implementations of DICOM digital signatures (PS3.3 C.12.1.1.3, PS3.15 Annexes A, C and D)."""

__version__ = "0.1.0.dev0"

__all__ = ["__version__"]
