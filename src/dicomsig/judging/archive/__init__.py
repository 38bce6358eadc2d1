"""An archive is judged by what it gives back: probes are made, stored, asked for and compared (PS3.4 B, C and J)."""
