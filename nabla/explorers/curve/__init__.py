"""`<!--nabla:curve lesson/name f x=-2..2 at=1 h=2,1,0.5-->`: a secant becomes the tangent."""
