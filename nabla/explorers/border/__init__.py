"""`<!--nabla:border lesson/name model points=x labels=y loss=loss_fn steps=0,10,100-->`.

The border between two classes, at some of the steps of a training.
"""
