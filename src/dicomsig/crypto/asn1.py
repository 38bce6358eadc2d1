"""asn1crypto's CMS and timestamps, loaded together (RFC 5652, RFC 3161). Import this where it is used: it is heavy.

Its timestamps add names to tables of its CMS that are copied at their first use: CMS used before timestamps were loaded
would know no timestamp for the rest of the process.
"""

from asn1crypto import cms, parser, tsp, x509

__all__ = ["cms", "parser", "tsp", "x509"]
