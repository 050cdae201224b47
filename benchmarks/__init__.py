"""Side-by-side measurements: programs that print one table and write JSON; never asserted in a test."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core each, so that nobody's speed is a matter of how many there are
