"""`<!--nabla:trajectory lesson/name f x=-1..4 y=-4..4 start=0,0 rates=0.01,0.1 steps=100-->`.

Gradient descent on a map: a path for each learning rate.
"""
