"""Why a signature does not hold: recomputation under other hypotheses."""
