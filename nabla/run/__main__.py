"""`python -m nabla.run SEED LIMIT`: serve a Runner through stdin and stdout."""

import sys

from nabla.run.loop import main
from nabla.run.outcome import Conditions

if __name__ == "__main__":
    main(Conditions(seed=int(sys.argv[1]), limit=float(sys.argv[2])))
