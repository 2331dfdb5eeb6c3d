"""`<!--nabla:differential lesson/name f x=0..5 at=3 dx=1.5,1,0.5,0.1-->`: dy beside Δy."""
