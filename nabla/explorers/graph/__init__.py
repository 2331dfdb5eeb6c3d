"""`<!--nabla:graph lesson/name z-->`: the autograd graph of a variable, to step through."""
