"""Turns: what becomes true of a ticket when, the warnings of a policy, and what falls due within some time."""

from __future__ import annotations

import pytest

import slaclock as sc
from desk import with_rules
from slaclock import errors
from slaclock.checking.lints import hints_of
from slaclock.policy.warnings import WarningAt

# Warnings in a policy


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("75%", "75%"), (" 87.50 % ", "87.5%"), ("0%", "0%"), ("150%", "150%"),
        ("1 hour before due", "1 hour before due"),
        ("2 h AFTER due", "2 hours after due"), ("1 day  before due", "1 day before due"),
        ("90 minutes before due", "90 minutes before due"),
    ],
)  # fmt: skip
def test_when_to_warn_is_read_and_written(text, written):
    warning = with_rules(warnings={"w": {"at": text}})
    assert str(warning.warnings["w"].at) == written
    assert WarningAt.parse(written) == warning.warnings["w"].at
    assert sc.Policy.from_json(warning.to_json()) == warning


@pytest.mark.parametrize(
    ("table", "kind", "path", "value", "words"),
    [
        ({"at": "soon"}, errors.PolicyError, ("warnings", "w", "at"), "soon", "75%"),
        ({"at": "1 hour"}, errors.PolicyError, ("warnings", "w", "at"), "1 hour", "before due"),
        ({"at": "-1 hour before due"}, errors.PolicyError, ("warnings", "w", "at"), "-1 hour before due", "negative"),
        ({"at": "0-2 hours before due"}, errors.PolicyError, ("warnings", "w", "at"), "0-2 hours before due", "length"),
        ({"at": "< 2 hours before due"}, errors.PolicyError, ("warnings", "w", "at"), "< 2 hours before due", "length"),
        ({"at": 75}, errors.PolicyError, ("warnings", "w", "at"), 75, "75%"),
        ({"at": "75%", "measure": "resolv"}, errors.PolicyError, ("warnings", "w", "measure"), "resolv", "resolve"),
        ({"at": "75%", "priority": ["P9"]}, errors.UnknownPriorityError, ("warnings", "w", "priority"), "P9", "P1"),
        ({"at": "75%", "priority": 1}, errors.PolicyError, ("warnings", "w", "priority"), 1, "list of texts"),
        ({"at": "75%", "who": "me"}, errors.ModelError, ("warnings", "w", "who"), "me", "not known"),
        ({}, errors.ModelError, ("warnings", "w", "at"), None, "missing"),
    ],
)  # fmt: skip
def test_a_warning_that_is_none_is_refused_with_value_place_and_remedy(table, kind, path, value, words):
    with pytest.raises(kind) as raised:
        with_rules(warnings={"w": table})
    assert raised.value.path == path
    assert raised.value.value == value
    assert words in str(raised.value)
    assert raised.value.remedy


def test_a_warning_without_a_name_is_refused():
    with pytest.raises(errors.PolicyError, match="the name of an entry is missing"):
        with_rules(warnings={"": {"at": "75%"}})


LINT = "warning-never-fires"


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"at": "3 hours before due", "priority": "P1", "measure": "resolve"}, "warnings.w.at"),
        ({"at": "2 hours before due", "priority": "P1", "measure": "resolve"}, None),
        ({"at": "3 hours before due", "priority": ["P1", "P2"], "measure": "resolve"}, None),
        ({"at": "90 hours after due", "priority": "P1"}, None),
        ({"at": "75%", "measure": "update"}, "warnings.w"),
        ({"at": "75%", "measure": "respond", "priority": "P1"}, "warnings.w"),
        ({"at": "5 hours before due", "priority": ["P4"]}, None),
        ({"at": "6 days before due", "priority": ["P4"], "measure": "resolve"}, "warnings.w.at"),
        ({"at": "75%"}, None),
    ],
)
def test_a_warning_that_can_never_fire_is_linted(table, path):
    hints = [hint for name, hint in hints_of(with_rules(warnings={"w": table})) if name == LINT]
    assert [hint.path for hint in hints] == ([] if path is None else [path])
