"""Hypothesis strategies: encodings of every kind, signed instances, and what may happen to those.

Every choice is drawn, none comes from a generator of random numbers inside, so that examples shrink and repeat.
Importing this package imports hypothesis.
"""

from dicomsig.vectors.strategies.encodings import SYNTAXES, damaged, data_sets, encoded_instances, forms, leaves, values

__all__ = ["SYNTAXES", "damaged", "data_sets", "encoded_instances", "forms", "leaves", "values"]
