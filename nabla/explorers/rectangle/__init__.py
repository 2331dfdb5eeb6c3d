"""`<!--nabla:rectangle lesson/name u v at=2 h=0.5,0.1,0.01-->`: how the area of u times v grows."""
