"""Extremes of functions of one variable: certified ranges, and where they are attained."""
