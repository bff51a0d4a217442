"""The words in which a scenario is written: its types, and one constructor for each of its parts.

The constructors leave out what has its default value, so that stored scenarios stay short.
README.md says what each part means.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

Hook: TypeAlias = Literal[
    "collect", "first", "historic", "collect_iso", "first_iso", "historic_iso"
]
CALLABLE: tuple[Hook, ...] = ("collect", "first", "collect_iso", "first_iso")
HISTORIC: tuple[Hook, ...] = ("historic", "historic_iso")
ISOLATING: tuple[Hook, ...] = ("collect_iso", "first_iso", "historic_iso")
HOOKS: tuple[Hook, ...] = CALLABLE + HISTORIC

Kind: TypeAlias = Literal["normal", "wrapper"]
Band: TypeAlias = Literal["tryfirst", "plain", "trylast"]
BANDS: tuple[Band, ...] = ("tryfirst", "plain", "trylast")

Tag: TypeAlias = Literal["E1", "E2", "B1"]
TAGS: tuple[Tag, ...] = ("E1", "E2", "B1")

Operation: TypeAlias = dict[str, Any]
"""`{"op": name}` and the operands; as an effect, perhaps with `propagate`."""

Decision: TypeAlias = Literal["pass", "reraise"] | dict[str, Any]
"""What a wrapper makes of the inner part: nothing, `{"ret": output}` or `{"raise": tag}`."""

Extra: TypeAlias = dict[str, Any]
"""An implementation for one call: `ret` or `raise`, perhaps with flags that are ignored."""

Implementation = TypedDict(
    "Implementation",
    {
        "hook": Hook,
        "kind": Kind,
        "tryfirst": NotRequired[bool],
        "trylast": NotRequired[bool],
        "effects": NotRequired[Sequence[Operation]],
        "ret": NotRequired[Json],
        "raise": NotRequired[Tag],
        "pre_raise": NotRequired[Tag],
        "on_ok": NotRequired[Decision],
        "on_err": NotRequired[Decision],
    },
)


class Plugin(TypedDict):
    """What a plugin key of a scenario stands for."""

    impls: Sequence[Implementation]


class Scenario(TypedDict):
    """Plugins by their keys, and the operations to run on them one after the other."""

    plugins: Mapping[str, Plugin]
    ops: Sequence[Operation]


def scenario(plugins: Mapping[str, Sequence[Implementation]], *operations: Operation) -> Scenario:
    """A scenario of plugins with these implementations."""
    return {
        "plugins": {key: {"impls": implementations} for key, implementations in plugins.items()},
        "ops": operations,
    }


def normal(
    hook: Hook,
    *,
    band: Band = "plain",
    effects: Sequence[Operation] = (),
    ret: Json = None,
    fails: Tag | None = None,
) -> Implementation:
    """An implementation that answers `ret`, or fails with the tag `fails`."""
    implementation: Implementation = {"hook": hook, "kind": "normal"}
    _ask_for(implementation, band, effects)
    if fails is not None:
        implementation["raise"] = fails
    elif ret is not None:
        implementation["ret"] = ret
    return implementation


def wrapper(
    hook: Hook,
    *,
    band: Band = "plain",
    effects: Sequence[Operation] = (),
    pre_raise: Tag | None = None,
    on_ok: Decision = "pass",
    on_err: Decision = "reraise",
) -> Implementation:
    """A wrapper: what it does before its inner call, and what it makes of what comes of it."""
    implementation: Implementation = {"hook": hook, "kind": "wrapper"}
    _ask_for(implementation, band, effects)
    if pre_raise is not None:
        implementation["pre_raise"] = pre_raise
    if on_ok != "pass":
        implementation["on_ok"] = on_ok
    if on_err != "reraise":
        implementation["on_err"] = on_err
    return implementation


def _ask_for(implementation: Implementation, band: Band, effects: Sequence[Operation]) -> None:
    if band == "tryfirst":
        implementation["tryfirst"] = True
    elif band == "trylast":
        implementation["trylast"] = True
    if effects:
        implementation["effects"] = list(effects)


def register(plugin: str, name: str | None = None) -> Operation:
    """Registers a plugin, under its own key unless `name` says otherwise."""
    return {"op": "register", "plugin": plugin, "name": plugin if name is None else name}


def unregister(name: str) -> Operation:
    return {"op": "unregister", "name": name}


def set_blocked(name: str) -> Operation:
    return {"op": "set_blocked", "name": name}


def unblock(name: str) -> Operation:
    return {"op": "unblock", "name": name}


def call(hook: Hook, a: Json = 1, b: Json = 2) -> Operation:
    return {"op": "call", "hook": hook, "kwargs": {"a": a, "b": b}}


def call_extra(hook: Hook, extras: Sequence[Extra], a: Json = 1, b: Json = 2) -> Operation:
    return {"op": "call_extra", "hook": hook, "kwargs": {"a": a, "b": b}, "extras": list(extras)}


def call_historic(hook: Hook, a: Json = 1, b: Json = 2, cb: str | None = None) -> Operation:
    return {"op": "call_historic", "hook": hook, "kwargs": {"a": a, "b": b}, "cb": cb}


def subset(subset_id: str, hook: Hook, remove: Sequence[str]) -> Operation:
    return {"op": "subset", "id": subset_id, "hook": hook, "remove": list(remove)}


def call_subset(subset_id: str, a: Json = 1, b: Json = 2) -> Operation:
    return {"op": "call_subset", "id": subset_id, "kwargs": {"a": a, "b": b}}


def historic_subset(subset_id: str, a: Json = 1, b: Json = 2, cb: str | None = None) -> Operation:
    return {"op": "historic_subset", "id": subset_id, "kwargs": {"a": a, "b": b}, "cb": cb}


def monitor(monitor_id: str) -> Operation:
    return {"op": "monitor", "id": monitor_id}


def unmonitor() -> Operation:
    return {"op": "unmonitor"}


def query() -> Operation:
    return {"op": "query"}


def propagate(effect: Operation) -> Operation:
    """The effect whose error becomes the failure of the implementation that has it."""
    return {**effect, "propagate": True}
