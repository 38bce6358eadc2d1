"""The checks, one function a requirement or a family of like ones; importing this package binds them all."""
