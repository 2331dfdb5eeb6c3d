"""`python -m nabla.run`: run the pickled codes on stdin, pickle their Runs to stdout."""

import pickle
import sys

from nabla.run.determinism import run_all

if __name__ == "__main__":
    codes, conditions = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(run_all(codes, conditions)))
