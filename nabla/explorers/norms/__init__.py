"""`<!--nabla:norms lesson/name found-->`: the norm of the gradient in each layer, for networks."""
