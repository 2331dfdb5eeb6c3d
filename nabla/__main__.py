"""`python -m nabla`: the command `nabla`."""

from nabla.cli import main

if __name__ == "__main__":
    main()
