"""States in figures: stretches, shares, what follows, and when."""

import numpy as np

from strategies.engine.figures.states import runs_of, shares_by, state_figures, transitions

CODES = np.array([-1, -1, 0, 0, 0, 1, 0, 2, 2, -1, 1], np.int8)


def test_stretches_are_found_with_those_without_a_state():
    runs = runs_of(CODES)
    assert runs.starts.tolist() == [0, 2, 5, 6, 7, 9, 10]
    assert runs.lengths.tolist() == [2, 3, 1, 1, 2, 1, 1]
    assert runs.codes.tolist() == [-1, 0, 1, 0, 2, -1, 1]


def test_bars_that_are_not_warmed_up_count_in_no_share():
    first, second, third = state_figures(runs_of(CODES), 3)
    assert (first["n_bars"], second["n_bars"], third["n_bars"]) == (4, 2, 2)
    assert [one["share"] for one in (first, second, third)] == [0.5, 0.25, 0.25]
    assert (first["n_runs"], first["median_bars"], first["mean_bars"]) == (2, 2.0, 2.0)
    assert (first["longest_bars"], second["longest_bars"]) == (3, 1)


def test_a_state_that_never_was_has_no_duration():
    never = state_figures(runs_of(CODES), 4)[3]
    assert (never["n_bars"], never["share"], never["n_runs"]) == (0, 0.0, 0)
    assert never["median_bars"] is never["mean_bars"] is never["longest_bars"] is None


def test_without_any_state_there_is_no_share():
    assert state_figures(runs_of(np.full(5, -1, np.int8)), 1)[0]["share"] is None
    assert state_figures(runs_of(np.zeros(0, np.int8)), 1)[0]["n_bars"] == 0


def test_a_gap_in_the_states_is_no_transition():
    assert transitions(runs_of(CODES), 3) == [[0, 1, 1], [1, 0, 0], [0, 0, 0]]


def test_shares_of_an_hour_are_of_its_known_bars():
    hours = np.array([9, 9, 9, 9, 10, 10, 10, 11, 11, 11, 11])
    found = shares_by(CODES, hours, 3)
    assert [(one["group"], one["n_bars"]) for one in found] == [(9, 2), (10, 3), (11, 3)]
    assert found[0]["shares"] == [1.0, 0.0, 0.0]
    assert found[2]["shares"] == [0.0, 1 / 3, 2 / 3]
