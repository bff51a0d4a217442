"""Measures one call of a hook with so many implementations, each of which adds a number.

    python measure.py CONTESTANT IMPLEMENTATIONS BATCHES MILLISECONDS

Prints the nanoseconds per call of each batch, as a JSON array. See `../run`.
"""

import json
import sys
from collections.abc import Callable
from time import perf_counter_ns

from pluggy import HookimplMarker, HookspecMarker, PluginManager

hookspec = HookspecMarker("peers")
hookimpl = HookimplMarker("peers")


class Total:
    """What the implementations add to."""

    def __init__(self) -> None:
        self.value = 0


class Sum:
    """What is added up."""

    @hookspec
    def add(self, total: Total) -> None:
        """Lets each implementation add to a total."""

    @hookspec
    def number(self) -> int:
        """Asks each implementation for its number."""


class Adder:
    """An implementation with a number of its own, so that none can stand in for another."""

    def __init__(self, number: int) -> None:
        self._number = number

    @hookimpl
    def add(self, total: Total) -> None:
        total.value += self._number

    @hookimpl
    def number(self) -> int:
        return self._number


def hooks(count: int) -> PluginManager:
    plugins = PluginManager("peers")
    plugins.add_hookspecs(Sum)
    for number in range(1, count + 1):
        plugins.register(Adder(number))
    return plugins


def add(count: int) -> Callable[[], int]:
    """A call in which each implementation adds to a total."""
    hook, total = hooks(count).hook, Total()

    def call() -> int:
        total.value = 0
        hook.add(total=total)
        return total.value

    return call


def collect(count: int) -> Callable[[], int]:
    """A call that asks each implementation for its number."""
    hook = hooks(count).hook
    return lambda: sum(hook.number())


CONTESTANTS = {"pluggy-add": add, "pluggy-collect": collect}


def measure(call: Callable[[], int], total: int, batches: int, shortest: int) -> list[float]:
    """The nanoseconds per call of each batch. Each call must come to `total`."""
    calls = 1
    # The fastest of several, because one may be slow only since another program ran in between.
    while min(time(call, total, calls) for _ in range(3)) < shortest:
        calls *= 2
    return [time(call, total, calls) / calls for _ in range(batches)]


def time(call: Callable[[], int], total: int, calls: int) -> int:
    """The nanoseconds of a batch."""
    start = perf_counter_ns()
    for _ in range(calls):
        if call() != total:
            raise AssertionError(f"the implementations add up to another sum than {total}")
    return perf_counter_ns() - start


def main() -> None:
    contestant, count, batches, milliseconds = sys.argv[1], *map(int, sys.argv[2:])
    call = CONTESTANTS[contestant](count)
    figures = measure(call, count * (count + 1) // 2, batches, milliseconds * 1_000_000)
    print(json.dumps(figures))


main()
