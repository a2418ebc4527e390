"""How much hypothesis tries (much with ``pytest --hypothesis-profile=fuzz``), and how long verdicts may take."""

import pytest
from hypothesis import HealthCheck, settings

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
