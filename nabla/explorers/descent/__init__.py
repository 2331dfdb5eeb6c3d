"""`<!--nabla:descent lesson/name f start=3 rates=0.1,1.1 steps=20-->`: runs to step through."""
