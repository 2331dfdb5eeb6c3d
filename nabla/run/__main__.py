"""`python -m nabla.run SEED LIMIT MODULE…`: serve a Runner through stdin and stdout."""

import sys

from nabla.run.outcome import Conditions
from nabla.run.server import main

if __name__ == "__main__":
    main(Conditions(seed=int(sys.argv[1]), limit=float(sys.argv[2])), sys.argv[3:])
