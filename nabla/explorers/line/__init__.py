"""`<!--nabla:line lesson/name f x=-3..3 at=1 run=1-->`: rise over run, the same everywhere."""
