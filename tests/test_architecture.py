"""What holds the house up: imports without circles, a light start, untrusted text that is never executed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "symbackprop"
FILES = sorted(PACKAGE.rglob("*.py"))
# Names that run text. compile.py alone executes, and only what our own generator made.
FORBIDDEN = {"eval", "exec", "sympify", "parse_expr", "pickle", "lambdify"}
MAY_EXECUTE = {"compile.py": {"exec"}}


def _module(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(p) for p in FILES}


def _imports(tree, top_level_only=True):
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("symbackprop"):
            for alias in node.names:  # a submodule, or a name from the module
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module


def test_no_module_imports_itself_in_a_circle():
    modules = {_module(p): ast.parse(p.read_text()) for p in FILES}
    graph = {m: {i for i in _imports(t) if i in modules and i != m} for m, t in modules.items()}
    done, path = set(), []

    def visit(module):
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module in done:
            return
        path.append(module)
        for target in graph[module]:
            visit(target)
        path.pop()
        done.add(module)

    for module in graph:
        visit(module)


def test_the_reader_of_latex_goes_from_characters_to_verdicts():
    rising = ("text", "syntax", "meaning", "documents", "verdicts")
    for path in FILES:
        here = _module(path).split(".")
        if here[1:3] != ["claims", "latex"] or len(here) < 5:
            continue
        for target in _imports(ast.parse(path.read_text())):
            there = target.split(".")
            if there[1:3] == ["claims", "latex"] and len(there) > 3:
                assert rising.index(there[3]) <= rising.index(here[3]), f"{'.'.join(here)} imports {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_runs_text(path):
    allowed = MAY_EXECUTE.get(path.name, set())
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            assert name not in FORBIDDEN - allowed, f"{path.name}:{node.lineno} calls {name}"
        if isinstance(node, ast.Import):
            assert not {a.name for a in node.names} & FORBIDDEN


def test_importing_the_package_loads_neither_sympy_nor_numpy():
    heavy = ("sympy", "numpy", "scipy", "jinja2", "flint")
    code = f"import sys, symbackprop; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there():
    import symbackprop as sb

    for name in sb.__all__:
        assert getattr(sb, name) is not None
    with pytest.raises(AttributeError):
        sb.nothing_of_the_kind  # noqa: B018
