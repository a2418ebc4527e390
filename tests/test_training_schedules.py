"""Schedules against torch.optim.lr_scheduler, and as ``fit`` follows them."""

import inspect
import warnings

import numpy as np
import pytest
import torch

import symbackprop as sb
from symbackprop.training.schedules import SCHEDULES

LOSSES = [9, 7, 6.9999, 7, 6.9, 6.9, 6.9, 5, 5, 5, 5, 5, 5, 4.99, 4.98, 4.97, 1, 1, 1, 1]
ARGUMENTS = {
    "StepLR": [{"step_size": 3}, {"step_size": 7, "gamma": 0.7}, {"step_size": 1, "gamma": 1.1}],
    "ExponentialLR": [{"gamma": 0.9}],
    "CosineAnnealingLR": [{"T_max": 20}, {"T_max": 6, "eta_min": 0.01}],
    "LinearLR": [{}, {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 10}, {"start_factor": 1, "end_factor": 0}],
    "OneCycleLR": [
        {"max_lr": 0.3, "total_steps": 20},
        {"max_lr": 0.3, "epochs": 4, "steps_per_epoch": 6, "anneal_strategy": "linear", "div_factor": 10},
        {"max_lr": 0.3, "total_steps": 20, "three_phase": True, "pct_start": 0.4, "final_div_factor": 50},
        {"max_lr": 0.3, "total_steps": 22, "three_phase": True, "anneal_strategy": "linear", "max_momentum": 0.9},
        {"max_lr": 0.3, "total_steps": 20, "cycle_momentum": False},
    ],
    "ReduceLROnPlateau": [
        {"patience": 1},
        {"factor": 0.5, "patience": 2, "threshold": 0.02, "cooldown": 2},
        {"factor": 0.5, "patience": 0, "threshold": 0.05, "threshold_mode": "abs", "min_lr": 0.03},
        {"mode": "max", "patience": 2},
        {"mode": "max", "patience": 1, "threshold": 0.1, "threshold_mode": "abs"},
        {"patience": 0, "eps": 0.05},
    ],
}
ROWS = [(kind, arguments) for kind in SCHEDULES for arguments in ARGUMENTS[kind]]
OPTIMIZERS = {"SGD": {"momentum": 0.8}, "Adam": {}}


def torchs(optimizer, kind, arguments):
    reference = getattr(torch.optim, optimizer)([torch.zeros(1)], lr=0.2, **OPTIMIZERS[optimizer])
    return reference, getattr(torch.optim.lr_scheduler, kind)(reference, **arguments)


def momentum(group):
    return group["betas"][0] if "betas" in group else group["momentum"]


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("kind", "arguments"), ROWS, ids=str)
def test_learning_rates_are_pytorchs(kind, arguments, optimizer):
    ours, schedule = getattr(sb, optimizer)(lr=0.2, **OPTIMIZERS[optimizer]), SCHEDULES[kind](**arguments)
    reference, scheduler = torchs(optimizer, kind, arguments)
    schedule.begin(ours)
    for step, loss in enumerate(LOSSES):
        group = reference.param_groups[0]
        assert ours.lr == pytest.approx(group["lr"], rel=1e-12, abs=1e-15), step
        assert momentum(ours.arguments) == pytest.approx(momentum(group), rel=1e-12), step
        schedule.step(ours, loss)
        scheduler.step(*([loss] if kind == "ReduceLROnPlateau" else []))


@pytest.mark.parametrize("kind", SCHEDULES)
def test_arguments_and_defaults_are_pytorchs(kind):
    theirs = inspect.signature(getattr(torch.optim.lr_scheduler, kind)).parameters
    for name, parameter in inspect.signature(SCHEDULES[kind]).parameters.items():
        assert parameter.default == theirs[name].default, name
    assert getattr(sb, kind) is SCHEDULES[kind]


@pytest.mark.parametrize("size", [3, 7, 49, 93, 107])
def test_steps_fall_on_the_epoch(size):
    sgd, schedule = sb.SGD(lr=1.0), sb.StepLR(size, gamma=0.5)
    schedule.begin(sgd)
    found = [(schedule.step(sgd), sgd.lr)[1] for _ in range(5 * size)]
    assert found == [0.5 ** ((t + 1) // size) for t in range(5 * size)]


def regression():
    X = np.random.default_rng(0).normal(size=(20, 3))
    return X, X @ [1.0, -2.0, 0.5] + 0.1


def trainer(optimizer=None):
    return sb.Sequential(sb.Linear(3, 1), loss=sb.MSELoss()).trainer(optimizer or sb.SGD(lr=0.2), seed=1)


FITTED = [(kind, arguments) for kind, arguments in ROWS if arguments.get("mode") != "max"]


@pytest.mark.parametrize(("kind", "arguments"), FITTED, ids=str)
def test_fit_follows_a_schedule_as_a_loop_in_pytorch_does(kind, arguments):
    X, y = regression()
    ours = trainer(sb.SGD(lr=0.2, momentum=0.5))
    net = torch.nn.Linear(3, 1).double()
    with torch.no_grad():
        net.weight.copy_(torch.tensor(ours.parameters["0.weight"]))
        net.bias.copy_(torch.tensor(ours.parameters["0.bias"]))
    reference = torch.optim.SGD(net.parameters(), lr=0.2, momentum=0.5)
    scheduler = getattr(torch.optim.lr_scheduler, kind)(reference, **arguments)
    history = ours.fit(X, y, epochs=10, batch_size=10, shuffle=False, schedule=SCHEDULES[kind](**arguments))
    data = torch.tensor(X), torch.tensor(y)[:, None]
    rates = []
    for _ in range(10):
        total = 0.0
        rates.append(reference.param_groups[0]["lr"])
        for rows in (slice(0, 10), slice(10, 20)):
            reference.zero_grad()
            loss = torch.nn.functional.mse_loss(net(data[0][rows]), data[1][rows])
            loss.backward()
            reference.step()
            total += loss.item() / 2
            if kind == "OneCycleLR":
                scheduler.step()
        if kind != "OneCycleLR":
            scheduler.step(*([total] if kind == "ReduceLROnPlateau" else []))
    np.testing.assert_allclose(ours.parameters["0.weight"], net.weight.detach().numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(history.learning_rates, rates, rtol=1e-12)


@pytest.mark.parametrize(("kind", "arguments"), FITTED, ids=str)
def test_a_scheduled_run_goes_on_from_its_file(kind, arguments, tmp_path):
    X, y = regression()
    whole = trainer(sb.SGD(lr=0.2, momentum=0.5))
    loss = whole.fit(X, y, epochs=10, batch_size=10, schedule=SCHEDULES[kind](**arguments)).loss
    first = trainer(sb.SGD(lr=0.2, momentum=0.5))
    begun = first.fit(X, y, epochs=4, batch_size=10, schedule=SCHEDULES[kind](**arguments)).loss
    first.save(tmp_path / "m.npz")
    second = sb.load(tmp_path / "m.npz")
    assert begun + second.fit(X, y, epochs=6, batch_size=10, schedule=second.schedule).loss == loss


def test_one_cycle_takes_the_steps_of_fit_and_no_more():
    X, y = regression()
    model, schedule = trainer(), sb.OneCycleLR(max_lr=0.1)
    model.fit(X, y, epochs=3, batch_size=8, schedule=schedule)
    assert schedule.arguments["total_steps"] == 9
    with pytest.raises(sb.DataError, match="0 of 9 steps left, but 1 are to be made"):
        model.fit(X, y, epochs=1, schedule=schedule)


REFUSED = [
    (lambda: sb.StepLR(0), "step_size must be a whole number from 1 on"),
    (lambda: sb.StepLR(2.5), "step_size must be a whole number"),
    (lambda: sb.ExponentialLR(-1), "gamma must not be negative"),
    (lambda: sb.CosineAnnealingLR(True), "T_max must be a whole number"),
    (lambda: sb.LinearLR(start_factor=0), "start_factor must be above 0"),
    (lambda: sb.LinearLR(end_factor=1.5), "end_factor must be from 0 to 1"),
    (lambda: sb.OneCycleLR(0.1, pct_start=2), "pct_start must be from 0 to 1"),
    (lambda: sb.OneCycleLR(0.1, anneal_strategy="sin"), "anneal_strategy must be one of cos, linear"),
    (lambda: sb.ReduceLROnPlateau(factor=1), "factor must be below 1"),
    (lambda: sb.ReduceLROnPlateau("least"), "mode is min or max"),
    (lambda: trainer().fit(*regression(), schedule="StepLR"), "schedule must be one of StepLR"),
    (lambda: trainer().fit(*regression(), schedule=sb.ReduceLROnPlateau("max")), "fit watches the loss"),
    (lambda: trainer(sb.Adagrad()).fit(*regression(), schedule=sb.OneCycleLR(0.1)), "Adagrad has no momentum to cycle"),
]


@pytest.mark.parametrize(("action", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_what_makes_no_sense_is_refused(action, message):
    with warnings.catch_warnings(), pytest.raises(sb.DataError, match=message):
        action()


def test_a_schedule_belongs_to_one_training():
    schedule = sb.StepLR(2)
    trainer().fit(*regression(), schedule=schedule)
    with pytest.raises(sb.DataError, match="belongs to another optimiser"):
        trainer().fit(*regression(), schedule=schedule)


SHEETS = [
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}, "StepLR", {"step_size": 2}, r"\lfloor", r"\mu = 0.9"),
    ("Adam", {"lr": 0.1}, "CosineAnnealingLR", {"T_max": 2}, r"\cos", r"\alpha_{0} = 0.1"),
    ("Adam", {"amsgrad": True}, "OneCycleLR", {"max_lr": 0.1}, r"\begin{cases}", "b = 0.85"),
    ("AdamW", {}, "LinearLR", {}, r"\min(t, T)", r"\lambda = 0.01"),
    ("RMSprop", {"centered": True}, "ReduceLROnPlateau", {}, r"\max(\gamma \alpha, a)", "more than 10 epochs"),
    ("Adagrad", {"lr_decay": 0.2}, "ExponentialLR", {"gamma": 0.9}, r"\gamma^{t}", r"\delta = 0.2"),
]


@pytest.mark.parametrize("row", SHEETS, ids=str)
def test_the_sheet_shows_rule_and_schedule(row, tmp_path):
    kind, arguments, schedule, given, formula, value = row
    model = trainer(getattr(sb, kind)(**arguments))
    rule = model.optimizer.rule
    history = model.fit(*regression(), epochs=2, schedule=SCHEDULES[schedule](**given))
    sheet = model.derivation.sheet(detail="result", check=False, history=history)
    written = sheet.to_md()
    assert all(line.replace(r" \leftarrow", r" &\leftarrow") in written for line in rule)
    for part in (kind, schedule, formula, value):
        assert part in written
    assert kind in sheet.to_html()
    assert kind in sheet.to_tex()


def test_what_a_schedule_changes_is_no_constant_of_the_rule():
    history = trainer(sb.Adam()).fit(*regression(), schedule=sb.OneCycleLR(max_lr=0.1))
    rule, schedule = (text for text, _ in history.method)
    assert r"\alpha" not in rule and r"\beta_{1}" not in rule and r"\beta_{2} = 0.999" in rule
    assert "the momentum likewise" in schedule
