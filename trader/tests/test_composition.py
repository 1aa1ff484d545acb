"""The rooms are tied together when a process starts, once."""

from django.contrib.auth.signals import user_logged_out

from strategies import hooks
from trader import composition


def hung_in():
    lists = (hooks.on_lock, hooks.on_reset, hooks.on_moved, hooks.guards)
    return [len(callbacks) for callbacks in lists], len(user_logged_out.receivers)


def test_the_monitor_takes_part_in_every_change_of_a_strategy():
    assert hung_in()[0] == [1, 1, 1, 1]


def test_connecting_again_changes_nothing():
    before = hung_in()
    composition.connect()
    assert hung_in() == before
