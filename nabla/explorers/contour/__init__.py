"""`<!--nabla:contour lesson/name f x=-2..2 y=-2..2 at=1,1-->`: a map, a point, its gradient."""
