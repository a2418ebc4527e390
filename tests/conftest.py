"""How much hypothesis tries (much with ``--hypothesis-profile=fuzz``), how long verdicts may take, commands to type."""

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from symbackprop.cli import main

NET = """input x[N,D]
param W[D,M], b[M], V[M,K], c[K]
label t[N] < K
h[n,j] = relu(sum(i, x[n,i]*W[i,j]) + b[j])
z[n,k] = sum(j, h[n,j]*V[j,k]) + c[k]
p[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))
C = -sum(n, log(p[n,t[n]]))/N
"""
MODULE = """import symbackprop as sb
net = sb.Sequential(sb.Linear(4, 10), sb.ReLU(), sb.Linear(10, 3), loss=sb.CrossEntropyLoss())
without_loss = sb.Sequential(sb.Linear(4, 10))
"""

_COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("quick", max_examples=40, derandomize=True, **_COMMON)
settings.register_profile("fuzz", max_examples=3000, **_COMMON)
settings.load_profile("quick")


@pytest.fixture
def patient(monkeypatch):
    """Time limits that a busy machine does not reach, for tests of what is said of NumPy gradients."""
    from symbackprop.claims.numpy import judging, mending

    monkeypatch.setattr(judging, "_SECONDS", 25.0)
    monkeypatch.setattr(mending, "SECONDS", 8.0)
    monkeypatch.setattr(mending, "_PROOF", 2.5)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with a formula, a module with networks, and data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.txt").write_text(NET)
    (tmp_path / "mynet.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("import symbackprop\nnet = symbackprop.Sequential(1/0)\n")
    (tmp_path / "syntax.py").write_text("net = = 3\n")
    (tmp_path / "line.txt").write_text(
        "input x[N,D]\nparam w[D], b\ntarget y[N]\na[n] = sum(i, x[n,i]*w[i]) + b\nC = mean(n, (a[n] - y[n])**2)\n"
    )
    random = np.random.default_rng(0)
    rows = random.normal(size=(30, 2))
    lines = [f"{a},{b},{2 * a - b + 1}" for a, b in rows]
    (tmp_path / "line.csv").write_text("\n".join(["u,v,y", *lines]) + "\n")
    return tmp_path


@pytest.fixture
def command(folder, capsys):
    """Runs a command: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
