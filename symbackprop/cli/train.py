"""x"""

SUMMARY = "t"


def arguments(p):
    pass
