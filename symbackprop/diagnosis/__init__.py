"""Where gradients fade, grow or stop: norms by layer beside a bound that holds, units named, and cures tried.

Decisions:

* Norms are Euclidean, for each sample; a weight acts with its spectral norm. The adjoint that arrives at a layer is at
  most that at the last layer's output times, for each equation between, the largest norm that its Jacobian can have:
  ‖W‖ for a layer that is linear in its input, sup |f'| (certified by ``sb.bounds``) for an activation. Where paths
  meet, their bounds add up (``bounding``).
* The bound is read off the network's equations, not off the names of its layers: a formula that a person wrote gets it
  as well (``jacobians`` is the table of what is known). Where nothing is known, as for a softmax inside, there is no
  bound from there on.
* Nothing here knows a derivative: adjoints, slopes and Jacobians are those of the derived program.
* A cure is tried before it is named: the changed network is built, its gradients are measured, a few steps are made.
"""
