"""Code from formulas: an equation is lowered to a graph, the graph to lines, and the lines are laid out as a module."""
