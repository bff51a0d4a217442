"""The oracle of the parity test: runs a scenario on pluggy and logs what happens.

    python3 oracle.py < scenarios.jsonl > logs.jsonl

One JSON scenario a line on standard input, one JSON log a line on standard output: the interface
of the runner with which it is compared. README.md describes both formats.
"""

import copy
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

import pluggy

from implementation import FAILURES, Failure, Isolated, Plain, failure
from scenario import HOOKS, ISOLATING, Extra, Hook, Implementation, Json, Operation, Scenario

PLUGGY = "1.7.0"
PROJECT = "parity"

DEPTH_LIMIT = 5
"""How deep effects are run: those in a call from the top have depth 1."""

EVENT_LIMIT = 400
"""A log that gets longer is taken for one that never ends."""

REFUSALS = {
    "Plugin name already registered": "NameTaken",
    "Plugin already registered under a different name": "AlreadyRegistered",
}
"""How the messages of pluggy's errors begin, and the tags for them."""

Event: TypeAlias = list[Json]
Level: TypeAlias = Literal["op", "nested"]

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class OutOfScope(Exception):
    """The scenario runs into something for which pluggy is no model. README.md lists them."""


class Refused(Exception):
    """pluggy has refused to register a plugin."""

    def __init__(self, error: ValueError) -> None:
        super().__init__(str(error))
        self.tag = REFUSALS[str(error).partition(":")[0]]


class Spec:
    """The hooks of the parity test."""

    @hookspec
    def collect(self, a: Json, b: Json) -> Json: ...

    @hookspec(firstresult=True)
    def first(self, a: Json, b: Json) -> Json: ...

    @hookspec(historic=True)
    def historic(self, a: Json, b: Json) -> Json: ...

    @hookspec
    def collect_iso(self, a: Json, b: Json) -> Json: ...

    @hookspec(firstresult=True)
    def first_iso(self, a: Json, b: Json) -> Json: ...

    @hookspec(historic=True)
    def historic_iso(self, a: Json, b: Json) -> Json: ...


class ScenarioPlugin:
    """A plugin as pluggy sees it: an object some of whose attributes are marked functions."""

    def __init__(self, key: str) -> None:
        self.key = key

    def add(self, index: int, function: Callable[..., object]) -> None:
        # pluggy adds the implementations of a plugin in the alphabetical order of their names.
        setattr(self, f"implementation_{index:03}", function)


class Oracle:
    """A manager of pluggy's, driven by the operations of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.log: list[Event] = []
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(Spec)
        self._plugins = {
            key: self._plugin(key, plugin["impls"]) for key, plugin in scenario["plugins"].items()
        }
        self._subsets: dict[str, pluggy.HookCaller] = {}
        self._undo_monitors: list[Callable[[], None]] = []
        self._registering: list[str] = []
        self._depth = 0
        self._operations: dict[str, Callable[..., Json]] = {
            "register": self._register,
            "unregister": self._unregister,
            "set_blocked": self._set_blocked,
            "unblock": self._manager.unblock,
            "call": self._call,
            "call_extra": self._call_extra,
            "call_historic": self._call_historic,
            "subset": self._subset,
            "call_subset": self._call_subset,
            "historic_subset": self._historic_subset,
            "monitor": self._monitor,
            "unmonitor": self._unmonitor,
            "query": self._query,
        }

    def record(self, *event: Json) -> None:
        """Appends an event to the log, with its values as they are now."""
        if len(self.log) == EVENT_LIMIT:
            raise OutOfScope("the log does not end")
        self.log.append(copy.deepcopy(list(event)))

    def operate(self, level: Level, operation: Operation) -> Failure | Refused | None:
        """Runs an operation, and logs and returns the error that came of it, if one did."""
        name = operation["op"]
        operands = {key: operation[key] for key in operation if key not in ("op", "propagate")}
        try:
            value = self._operations[name](**operands)
        except (*FAILURES, Refused) as error:
            self.record(level, name, "err", error.tag)
            return error
        self.record(level, name, "ok", value)
        return None

    def effect(self, effect: Operation) -> None:
        """Runs an operation inside of an implementation, and raises the failure it propagates."""
        if self._depth == DEPTH_LIMIT:
            self.record("nested", "depth-limit")
            return
        self._depth += 1
        try:
            error = self.operate("nested", effect)
        finally:
            self._depth -= 1
        if error is not None and effect.get("propagate"):
            raise failure(error.tag) from error

    def _plugin(self, key: str, implementations: Sequence[Implementation]) -> ScenarioPlugin:
        plugin = ScenarioPlugin(key)
        for index, implementation in enumerate(implementations):
            plugin.add(index, self._function(f"{key}.{index}", implementation))
        return plugin

    def _function(self, identity: str, implementation: Implementation) -> Callable[..., object]:
        """A function for pluggy to call, which bears the identity as its name."""
        hook = implementation["hook"]
        policy = Isolated if hook in ISOLATING else Plain
        function = policy(self, identity, implementation).function()
        function.__name__ = identity
        return hookimpl(
            wrapper=implementation["kind"] == "wrapper",
            tryfirst=implementation.get("tryfirst", False),
            trylast=implementation.get("trylast", False),
            specname=hook,
        )(function)

    def _hook(self, hook: Hook) -> pluggy.HookCaller:
        return cast(pluggy.HookCaller, getattr(self._manager.hook, hook))

    def _register(self, plugin: str, name: str) -> str | None:
        self._registering.append(name)
        try:
            return self._manager.register(self._plugins[plugin], name)
        except ValueError as error:
            raise Refused(error) from error
        finally:
            self._registering.pop()

    def _unregister(self, name: str) -> str | None:
        self._spare_what_registers(name)
        plugin: ScenarioPlugin | None = self._manager.unregister(name=name)
        return None if plugin is None else plugin.key

    def _set_blocked(self, name: str) -> None:
        self._spare_what_registers(name)
        self._manager.set_blocked(name)

    def _spare_what_registers(self, name: str) -> None:
        # pluggy would go on adding implementations of a plugin that is not registered any more.
        if name in self._registering:
            raise OutOfScope("a plugin is unregistered while it registers")

    def _call(self, hook: Hook, kwargs: Mapping[str, Json]) -> Json:
        return cast(Json, self._hook(hook)(**kwargs))

    def _call_extra(self, hook: Hook, kwargs: Mapping[str, Json], extras: Sequence[Extra]) -> Json:
        functions = [self._extra(hook, index, extra) for index, extra in enumerate(extras)]
        return cast(Json, self._hook(hook).call_extra(functions, kwargs))

    def _extra(self, hook: Hook, index: int, extra: Extra) -> Callable[..., object]:
        implementation = cast(Implementation, {**extra, "hook": hook, "kind": "normal"})
        return self._function(f"extra.{index}", implementation)

    def _call_historic(self, hook: Hook, kwargs: Mapping[str, Json], cb: str | None) -> None:
        self._remember(self._hook(hook), kwargs, cb)

    def _subset(self, id: str, hook: Hook, remove: Sequence[str]) -> None:
        plugins = [self._manager.get_plugin(name) for name in remove]
        known = [plugin for plugin in plugins if plugin is not None]
        self._subsets[id] = self._manager.subset_hook_caller(hook, known)

    def _call_subset(self, id: str, kwargs: Mapping[str, Json]) -> Json:
        return cast(Json, self._made_subset(id)(**kwargs))

    def _historic_subset(self, id: str, kwargs: Mapping[str, Json], cb: str | None) -> None:
        self._remember(self._made_subset(id), kwargs, cb)

    def _made_subset(self, id: str) -> pluggy.HookCaller:
        if id not in self._subsets:
            raise OutOfScope("a subset is called before it is made")
        return self._subsets[id]

    def _remember(
        self, hook: pluggy.HookCaller, kwargs: Mapping[str, Json], cb: str | None
    ) -> None:
        def answered(value: Json) -> None:
            self.record("cb", cb, value)

        hook.call_historic(None if cb is None else answered, kwargs)

    def _monitor(self, id: str) -> None:
        def before(hook: str, implementations: Sequence[object], _: object) -> None:
            self.record("before", id, hook, len(implementations))

        def after(outcome: pluggy.Result[object], hook: str, *_: object) -> None:
            self.record("after", id, hook, "ok" if outcome.exception is None else "err")

        self._undo_monitors.append(self._manager.add_hookcall_monitoring(before, after))

    def _unmonitor(self) -> None:
        if self._undo_monitors:
            self._undo_monitors.pop()()

    def _query(self) -> Json:
        names = cast(list[tuple[str, ScenarioPlugin | None]], self._manager.list_name_plugin())
        return {
            "names": [[name, plugin.key] for name, plugin in names if plugin is not None],
            "blocked": sorted(name for name, plugin in names if plugin is None),
            "impls": {hook: self._call_order(hook) for hook in HOOKS},
        }

    def _call_order(self, hook: Hook) -> list[str]:
        # pluggy keeps the implementation that is called first at the end.
        implementations = reversed(self._hook(hook).get_hookimpls())
        return [implementation.function.__name__ for implementation in implementations]


def run(scenario: Scenario) -> list[Event]:
    """The log of a scenario.

    Raises `OutOfScope` if pluggy is no model for what happens in it.
    """
    oracle = Oracle(scenario)
    for operation in scenario["ops"]:
        oracle.operate("op", operation)
    return oracle.log


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def require_pluggy() -> None:
    """Ends the program if the installed pluggy is not the one that is the model."""
    if pluggy.__version__ != PLUGGY:
        sys.exit(
            f"the oracle is pluggy {PLUGGY}, but {pluggy.__version__} is installed: "
            f"run `pip install pluggy=={PLUGGY}`"
        )


def main() -> None:
    require_pluggy()
    for number, line in enumerate(sys.stdin, start=1):
        try:
            print(compact(run(json.loads(line))))
        except OutOfScope as reason:
            sys.exit(f"line {number}: pluggy is no model for this scenario: {reason}")


if __name__ == "__main__":
    main()
