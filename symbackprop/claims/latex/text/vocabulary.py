"""The words of mathematical LaTeX: which command is a relation, a product, a function, a letter, a bracket, a face.

Tables alone, from what is written to what it means: a command more is a row more.
"""

RELATIONS = {
    "=": "=", "<": "<", ">": ">", "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=",
    "\\geqslant": ">=", "\\lt": "<", "\\gt": ">", "\\neq": "!=", "\\ne": "!=", "\\in": "in", "\\notin": "notin",
    "\\coloneqq": ":=", "\\triangleq": ":=", "\\equiv": ":=", "\\doteq": ":=", "\\leftarrow": "<-", "\\gets": "<-",
    "\\approx": "~", "\\sim": "~", "\\simeq": "~", "\\cong": "~", "\\propto": "~", "\\to": "->",
    "\\rightarrow": "->", "\\mapsto": "->", "\\longrightarrow": "->", ":=": ":=", "\\subset": "in",
    "\\subseteq": "in", "\\succ": "succ", "\\succeq": "succ", "\\ll": "~", "\\gg": "~", "\\colon": ":", ":": ":",
}  # fmt: skip
PRODUCTS = {
    "\\cdot": "cdot", "*": "*", "\\ast": "*", "\\times": "times", "\\odot": "odot", "\\circ": "odot",
    "\\circledast": "odot", "\\otimes": "otimes", "\\oslash": "oslash", "/": "/", "\\div": "/", "\\bullet": "cdot",
    "\\bigodot": "odot", "\\cdotp": "cdot",
}  # fmt: skip
FUNCTIONS = {
    "\\tanh": "tanh", "\\exp": "exp", "\\log": "log", "\\ln": "log", "\\sin": "sin", "\\cos": "cos", "\\tan": "tan",
    "\\sinh": "sinh", "\\cosh": "cosh", "\\det": "det", "\\lg": "log10", "\\arctan": "atan", "\\sec": "sec",
    "\\tr": "tr", "\\diag": "diag", "\\softmax": "softmax", "\\relu": "relu", "\\ReLU": "relu", "\\sign": "sign",
    "\\sgn": "sign", "\\erf": "erf", "\\arcsin": "asin", "\\arccos": "acos", "\\cot": "cot", "\\csc": "csc",
    "\\coth": "coth",
}  # fmt: skip
NAMED = {
    "softmax": "softmax", "relu": "relu", "sigmoid": "sigmoid", "logistic": "sigmoid", "tanh": "tanh", "exp": "exp",
    "log": "log", "ln": "log", "diag": "diag", "tr": "tr", "trace": "tr", "det": "det", "sign": "sign", "sgn": "sign",
    "softplus": "softplus", "erf": "erf", "sin": "sin", "cos": "cos", "abs": "abs", "step": "step", "max": "max",
    "min": "min", "vec": "vec", "swish": "swish", "silu": "swish", "gelu": "gelu", "logsumexp": "logsumexp",
    "mean": "mean", "logsoftmax": "logsoftmax", "lse": "logsumexp", "sum": "sum", "tan": "tan", "tg": "tan",
    "cot": "cot", "sec": "sec", "csc": "csc", "asin": "asin", "arcsin": "asin", "acos": "acos", "arccos": "acos",
    "atan": "atan", "arctan": "atan", "arctg": "atan", "sinh": "sinh", "cosh": "cosh", "asinh": "asinh",
    "arsinh": "asinh", "arcsinh": "asinh", "acosh": "acosh", "arcosh": "acosh", "arccosh": "acosh",
    "atanh": "atanh", "artanh": "atanh", "arctanh": "atanh", "erfc": "erfc", "sech": "sech", "csch": "csch",
    "coth": "coth", "floor": "floor", "rot180": "flip", "flip": "flip", "sigm": "sigmoid",
}  # fmt: skip
ACCENTS = {
    "\\hat": "hat", "\\widehat": "hat", "\\tilde": "tilde", "\\widetilde": "tilde", "\\bar": "bar",
    "\\overline": "bar", "\\dot": "dot", "\\check": "check", "\\breve": "breve",
}  # fmt: skip
FONTS = (
    "\\mathbf", "\\boldsymbol", "\\bm", "\\vec", "\\mathrm", "\\mathit", "\\mathsf", "\\mathcal", "\\mathtt", "\\pmb",
    "\\mathfrak", "\\mathscr", "\\mathbb", "\\mathds", "\\symbf", "\\overrightarrow", "\\underline", "\\ensuremath",
    "\\operatorname", "\\mathop", "\\mathnormal", "\\boxed", "\\fbox", "\\cancel", "\\mathbin", "\\mathrel",
    "\\mathord",
)  # fmt: skip
LETTERS = frozenset(
    r"\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi \pi"
    r" \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi"
    r" \Sigma \Upsilon \Phi \Psi \Omega \ell \hbar \imath \jmath \Im \Re \R".split()
)
OPENERS = {
    "(": ("(", (")", "]")), "[": ("[", ("]", ")")), "\\{": ("{", ("\\}",)), "\\lbrace": ("{", ("\\rbrace",)),
    "\\lvert": ("|", ("\\rvert",)), "\\lVert": ("norm", ("\\rVert",)), "\\langle": ("angle", ("\\rangle",)),
    "|": ("|", ("|",)), "\\|": ("norm", ("\\|",)), "\\Vert": ("norm", ("\\Vert",)), "\\vert": ("|", ("\\vert",)),
    "\\lbrack": ("[", ("\\rbrack",)), "\\llbracket": ("[", ("\\rrbracket",)), "\\lfloor": ("floor", ("\\rfloor",)),
}  # fmt: skip
CLOSERS = frozenset(c for _, closers in OPENERS.values() for c in closers) | {"}", "&", "\\\\", "\\end"}
# Bars open and close with the same face: which of the two is told by the bars that are open.
SAME_FACE = frozenset(("|", "\\|", "\\Vert", "\\vert"))
NO_FACTOR = frozenset((*RELATIONS, *PRODUCTS, "+", "-", "_", "^", ",", ";", "'", ".", "\\pm", "\\mp", "\\mid"))
DOTS = ("\\dots", "\\ldots", "\\cdots", "\\vdots", "\\ddots", "\\dotsc", "\\dotsb")
REDUCERS = ("\\sum", "\\prod", "\\max", "\\min", "\\argmax", "\\arg")
FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\nicefrac", "\\sfrac")
CASES = ("cases", "dcases", "rcases")
MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array")
INDICES = frozenset("ijklmnpqrst")
"""Letters that count, by custom."""
COSTS = frozenset(
    ("J", "L", "C", "E", "ell", "loss", "Loss", "cost", "Cost", "mathcal L", "mathcal J", "mathcal C", "mathcal E")
)
"""Names of costs, by custom."""
