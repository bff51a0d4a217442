"""Invents scenarios at random.

Few plugins, few names and few hooks, so that they get in each other's way: a plugin is called
while it is blocked, asks for a name that is taken, or unregisters itself from inside of a call.
"""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import TypeVar

import scenario as words
from scenario import (
    CALLABLE,
    HISTORIC,
    ISOLATING,
    TAGS,
    Band,
    Decision,
    Extra,
    Hook,
    Implementation,
    Json,
    Operation,
    Plugin,
    Scenario,
    Tag,
)

T = TypeVar("T")

PLUGINS = ("p0", "p1", "p2")
STRAY_NAME = "x"
SUBSETS = ("s0", "s1")
MONITORS = ("m0", "m1", "m2")
LABELS = ("c0", "c1")

VALUES: Mapping[str, tuple[Json, ...]] = {
    "plain": (1, 2, 3),
    "odd": (-7, 0.5, "x", "é", True, [1, "y"], {"k": None}),
    # These are answers, although Python takes them for false; only `None` is no answer.
    "falsy": (0, "", False, [], {}),
    "none": (None,),
}

BANDS: Mapping[Band, int] = {"plain": 6, "tryfirst": 2, "trylast": 2}

OPERATIONS = {
    "register": 5,
    "unregister": 3,
    "set_blocked": 2,
    "unblock": 2,
    "call": 6,
    "call_extra": 3,
    "call_historic": 4,
    "subset": 1,
    "call_subset": 3,
    "historic_subset": 3,
    "monitor": 2,
    "unmonitor": 2,
    "query": 1,
}
EFFECTS = {
    "register": 5,
    "unregister": 4,
    "set_blocked": 2,
    "unblock": 3,
    "call": 6,
    "call_extra": 4,
    "call_historic": 3,
    "subset": 2,
    "call_subset": 6,
    "historic_subset": 3,
    "monitor": 2,
    "unmonitor": 2,
    "query": 1,
}
OPENINGS = {"call_historic": 4, "monitor": 3, "subset": 1, "set_blocked": 1}


class Inventor:
    """Invents one scenario, about a few of the hooks."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._plugins = PLUGINS[: self._pick({1: 2, 2: 5, 3: 3})]
        self._names = (*self._plugins, STRAY_NAME)
        # How likely failures, wrappers and effects are differs from scenario to scenario: if it
        # were always the same, what takes several of a kind would hardly ever come together.
        self._failing = random.choice((0.0, 0.2, 0.5))
        self._wrapping = random.choice((0.0, 0.3, 0.6))
        self._affecting = random.choice((0.0, 0.3, 0.7))
        self._callable: list[Hook] = random.sample(CALLABLE, self._pick({0: 2, 1: 4, 2: 4}))
        historic = not self._callable or self._chance(0.4)
        self._historic: list[Hook] = [random.choice(HISTORIC)] if historic else []
        self._hooks = self._callable + self._historic
        # An id is bound to one hook, so that nobody calls a historic hook in the plain way.
        self._subset_hooks = {subset: random.choice(self._hooks) for subset in SUBSETS}
        self._called_subsets: set[str] = set()
        self._operations = self._possible_operations()

    def scenario(self) -> Scenario:
        """The scenario. It may be dull, and pluggy may be no model for it."""
        plugins = {key: self._plugin() for key in self._plugins}
        main = self._some(OPERATIONS, {1: 4, 2: 4, 3: 2})
        return {"plugins": plugins, "ops": self._opening() + main + self._closing()}

    def _possible_operations(self) -> dict[str, Callable[[], Operation]]:
        """How to invent an operation, for each that the hooks of this scenario allow."""
        operations: dict[str, Callable[[], Operation]] = {
            "register": self._register,
            "unregister": lambda: words.unregister(self._name()),
            "set_blocked": lambda: words.set_blocked(self._name()),
            "unblock": lambda: words.unblock(self._name()),
            "monitor": lambda: words.monitor(self._random.choice(MONITORS)),
            "unmonitor": words.unmonitor,
            "subset": lambda: self._subset(self._random.choice(SUBSETS)),
            "query": words.query,
        }
        if self._callable:
            operations |= {"call": self._call, "call_extra": self._call_extra}
        if self._historic:
            operations["call_historic"] = self._call_historic
        if self._subsets_of(self._callable):
            operations["call_subset"] = self._call_subset
        if self._subsets_of(self._historic):
            operations["historic_subset"] = self._historic_subset
        return operations

    def _opening(self) -> list[Operation]:
        """Registers most plugins; here and there something is called, made or blocked before."""
        operations = [self._register_as_usual(key) for key in self._plugins if self._chance(0.9)]
        operations += self._some(OPENINGS, {0: 5, 1: 4, 2: 1})
        operations += [self._subset(subset) for subset in sorted(self._called_subsets)]
        self._random.shuffle(operations)
        return operations

    def _closing(self) -> list[Operation]:
        """Looks at what has become of it all."""
        operations = [self._call_of(hook) for hook in self._hooks if self._chance(0.8)]
        if self._chance(0.3):
            operations.append(words.query())
        return operations

    def _some(self, weights: Mapping[str, int], counts: Mapping[int, int]) -> list[Operation]:
        return [self._operation(weights) for _ in range(self._pick(counts))]

    def _operation(self, weights: Mapping[str, int]) -> Operation:
        possible = {name: weight for name, weight in weights.items() if name in self._operations}
        return self._operations[self._pick(possible)]()

    def _plugin(self) -> Plugin:
        return {"impls": [self._implementation() for _ in range(self._pick({1: 5, 2: 4, 3: 1}))]}

    def _implementation(self) -> Implementation:
        hook = self._random.choice(self._hooks)
        if hook in CALLABLE and self._chance(self._wrapping):
            return self._wrapper(hook)
        return self._normal(hook)

    def _normal(self, hook: Hook) -> Implementation:
        return words.normal(
            hook,
            band=self._pick(BANDS),
            effects=self._effects(hook),
            ret=self._answer(),
            # pluggy leaves a plugin half registered if a replay fails.
            fails=None if hook == "historic" else self._perhaps_tag(self._failing),
        )

    def _wrapper(self, hook: Hook) -> Implementation:
        may_see_failures = hook not in ISOLATING
        return words.wrapper(
            hook,
            band=self._pick(BANDS),
            effects=self._effects(hook),
            pre_raise=self._perhaps_tag(self._failing / 2),
            on_ok=self._decision(hook, "pass"),
            on_err=self._decision(hook, "reraise") if may_see_failures else "reraise",
        )

    def _effects(self, hook: Hook) -> list[Operation]:
        effects = self._some(EFFECTS, {1: 6, 2: 1}) if self._chance(self._affecting) else []
        if hook == "historic":
            return effects
        return [words.propagate(effect) if self._chance(0.6) else effect for effect in effects]

    def _decision(self, hook: Hook, nothing: Decision) -> Decision:
        match self._pick({"nothing": 5, "ret": 3, "raise": 3}):
            case "ret":
                return {"ret": self._output(hook)}
            case "raise":
                return {"raise": self._random.choice(TAGS)}
        return nothing

    def _output(self, hook: Hook) -> Json:
        if hook in ("first", "first_iso"):
            return self._value()
        return [self._value() for _ in range(self._random.randint(0, 2))]

    def _answer(self) -> Json:
        if self._chance(0.3):
            return {"arg": self._random.choice("ab")}
        return self._value()

    def _value(self) -> Json:
        kind = self._pick({"plain": 12, "odd": 3, "falsy": 3, "none": 2})
        return self._random.choice(VALUES[kind])

    def _register(self) -> Operation:
        return self._register_as_usual(self._random.choice(self._plugins))

    def _register_as_usual(self, plugin: str) -> Operation:
        """Registers a plugin, under its key more often than not."""
        return words.register(plugin, plugin if self._chance(0.85) else self._name())

    def _call_of(self, hook: Hook) -> Operation:
        if hook in CALLABLE:
            return words.call(hook, self._value(), self._value())
        return words.call_historic(hook, self._value(), self._value(), self._label())

    def _call(self) -> Operation:
        return self._call_of(self._random.choice(self._callable))

    def _call_historic(self) -> Operation:
        return self._call_of(self._random.choice(self._historic))

    def _call_extra(self) -> Operation:
        hook = self._random.choice(self._callable)
        extras = [self._extra() for _ in range(self._pick({1: 3, 2: 2}))]
        return words.call_extra(hook, extras, self._value(), self._value())

    def _extra(self) -> Extra:
        tag = self._perhaps_tag(self._failing)
        extra: Extra = {"ret": self._answer()} if tag is None else {"raise": tag}
        if self._chance(0.1):
            extra["trylast"] = True
        return extra

    def _subset(self, subset: str) -> Operation:
        removed = self._random.sample(self._names, self._pick({0: 1, 1: 6, 2: 3}))
        return words.subset(subset, self._subset_hooks[subset], removed)

    def _call_subset(self) -> Operation:
        subset = self._called_subset(self._callable)
        return words.call_subset(subset, self._value(), self._value())

    def _historic_subset(self) -> Operation:
        subset = self._called_subset(self._historic)
        return words.historic_subset(subset, self._value(), self._value(), self._label())

    def _called_subset(self, hooks: Iterable[Hook]) -> str:
        subset = self._random.choice(self._subsets_of(hooks))
        self._called_subsets.add(subset)
        return subset

    def _subsets_of(self, hooks: Iterable[Hook]) -> list[str]:
        return [subset for subset, hook in self._subset_hooks.items() if hook in hooks]

    def _name(self) -> str:
        return self._random.choice(self._names)

    def _label(self) -> str | None:
        return self._random.choice(LABELS) if self._chance(0.6) else None

    def _perhaps_tag(self, probability: float) -> Tag | None:
        return self._random.choice(TAGS) if self._chance(probability) else None

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _pick(self, weights: Mapping[T, int]) -> T:
        return self._random.choices(list(weights), list(weights.values()))[0]
