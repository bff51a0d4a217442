"""What the scenarios of a corpus bring about, so that nothing goes untested unnoticed.

A feature is something that happens in the log of a scenario. Where it makes a difference it is a
combination: which failure, in which hook, at which stage. Features come in groups; a group knows
all of its features, and how to find them in a case.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, cast

from case import Case, is_extra
from oracle import Event
from scenario import BANDS, CALLABLE, HISTORIC, HOOKS, ISOLATING, TAGS, Implementation

STOPPING = tuple(hook for hook in CALLABLE if hook not in ISOLATING)
FALLIBLE = tuple(hook for hook in HOOKS if hook != "historic")

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "register": ("a name", "null", "NameTaken", "AlreadyRegistered"),
    "unregister": ("a plugin", "null"),
    "set_blocked": ("ok",),
    "unblock": ("true", "false"),
    "call": ("ok", *TAGS),
    "call_extra": ("ok", *TAGS),
    "call_historic": ("ok",),
    "subset": ("ok",),
    "call_subset": ("ok", *TAGS),
    "historic_subset": ("ok",),
    "monitor": ("ok",),
    "unmonitor": ("ok",),
    "query": ("ok",),
}


@dataclass(frozen=True)
class Group:
    """Features of one kind."""

    title: str
    features: tuple[str, ...]
    find: Callable[[Case], Iterator[str]]


def outcomes(case: Case) -> Iterator[str]:
    for event in case.log:
        if event[0] in ("op", "nested") and event[1] in OUTCOMES:
            yield f"{event[0]} {event[1]} {outcome(*event[1:])}"


def outcome(operation: Any, result: Any, value: Any) -> str:
    """What came of an operation, in one of the words of `OUTCOMES`."""
    if result == "err":
        return cast(str, value)
    match operation:
        case "register":
            return "null" if value is None else "a name"
        case "unregister":
            return "null" if value is None else "a plugin"
        case "unblock":
            return "true" if value else "false"
    return "ok"


def places(case: Case) -> Iterator[str]:
    for implementation in case.runs("call", "pre"):
        band = next((band for band in BANDS if implementation.get(band)), "plain")
        yield f"{implementation['hook']} {implementation['kind']} {band}"


def answers(case: Case) -> Iterator[str]:
    for implementation in case.runs("call"):
        yield f"{implementation['hook']} {answer(implementation)}"


def answer(implementation: Mapping[str, Any]) -> str:
    if "raise" in implementation:
        return f"fails with {implementation['raise']}"
    match implementation.get("ret"):
        case None:
            return "answers nothing"
        case {"arg": _}:
            return "answers an argument"
        case value:
            return "answers something" if value else "answers something falsy"


def entries(case: Case) -> Iterator[str]:
    for implementation in case.runs("pre"):
        if "pre_raise" in implementation:
            yield f"{implementation['hook']} pre_raise {implementation['pre_raise']}"


def decisions(case: Case) -> Iterator[str]:
    for implementation in case.runs("post_ok"):
        yield f"{implementation['hook']} on_ok {decision(implementation.get('on_ok'))}"
    for implementation in case.runs("post_err"):
        yield f"{implementation['hook']} on_err {decision(implementation.get('on_err'))}"


def decision(value: Any) -> str:
    match value:
        case {"raise": tag}:
            return f"raise {tag}"
        case {"ret": _}:
            return "ret"
    return "nothing"


def nestings(case: Case) -> Iterator[str]:
    """What a wrapper sees right after something has happened to the one inside of it."""
    for event, after in pairwise(case.log):
        match event, after:
            case (
                ["pre" | "post_ok" | "post_err" | "isolated" as last, str(inner), _],
                ["post_ok" | "post_err" as seen, str(outer), _],
            ):
                hook = case.wrapped_hook(inner)
                if hook is not None and inner != outer and hook == case.wrapped_hook(outer):
                    yield f"{hook} {last} then {seen}"


def isolated(case: Case) -> Iterator[str]:
    for before, event in pairwise(case.log):
        if event[0] == "isolated":
            after_call = before[:2] == ["post_ok", event[1]]
            stage = stage_of(case, event[1], after_call=after_call)
            yield f"{event[2]} of {stage}"


def stage_of(case: Case, identity: Any, *, after_call: bool) -> str:
    if is_extra(identity):
        return "an extra"
    if case.wrapped_hook(identity) is None:
        return "an implementation"
    return "a wrapper after its call" if after_call else "a wrapper before its call"


def effects(case: Case) -> Iterator[str]:
    for implementation in case.runs("call", "pre"):
        for effect in implementation.get("effects", ()):
            yield f"{effect['op']} in {role(implementation)}"


def role(implementation: Implementation) -> str:
    if implementation["hook"] in HISTORIC:
        return "an implementation of a historic hook"
    return "a wrapper" if implementation["kind"] == "wrapper" else "an implementation"


def propagations(case: Case) -> Iterator[str]:
    """Only those in isolating hooks, where the failure follows the error that it comes from."""
    for event, after in pairwise(case.log):
        match event, after:
            case ["nested", operation, "err", tag], ["isolated", str(identity), failure]:
                if not is_extra(identity) and propagates(case.implementation(identity), operation):
                    yield f"{tag} as {failure}"


def propagates(implementation: Implementation, operation: Any) -> bool:
    effects = implementation.get("effects", ())
    return any(effect["op"] == operation and "propagate" in effect for effect in effects)


def extras(case: Case) -> Iterator[str]:
    for turn in case.turns():
        for event in turn:
            if event[0] in ("call", "isolated") and is_extra(event[1]):
                yield f"{event[0]} of {event[1]}"


def monitors(case: Case) -> Iterator[str]:
    for event in case.log:
        match event:
            case ["before", _, hook, 0 | 1 as implementations]:
                yield f"{hook} with {implementations} implementations"
            case ["before", _, hook, _]:
                yield f"{hook} with more implementations"
            case ["after", _, hook, result]:
                yield f"{hook} ends {result}"


def replays(case: Case) -> Iterator[str]:
    for turn in case.turns():
        match turn[-1]:
            case ["op", "register", "ok", str()]:
                yield from replayed(case, turn)


def replayed(case: Case, turn: list[Event]) -> Iterator[str]:
    """What happens while a plugin registers: all of it in replays."""
    for implementation in Case(case.scenario, turn).runs("call"):
        if implementation["hook"] in HISTORIC:
            yield f"call of {implementation['hook']}"
    for event in turn:
        match event:
            case ["cb" | "isolated" | "before" | "nested" as kind, *_]:
                yield f"{kind} event"


def rarities(case: Case) -> Iterator[str]:
    if ["nested", "depth-limit"] in case.log:
        yield "the depth limit is reached"
    for turn in case.turns():
        yield from reentrant(turn)


def reentrant(turn: list[Event]) -> Iterator[str]:
    gone: set[str] = set()
    for event in turn:
        match event:
            case ["nested", "unregister", "ok", str(plugin)]:
                gone.add(plugin)
            case ["nested", "register", "ok", str()]:
                gone.clear()
            case ["call" | "post_ok" | "post_err" as kind, str(identity), _]:
                if identity.partition(".")[0] in gone:
                    yield f"{kind} of a plugin that was unregistered in the call"


def combinations(*parts: Iterable[str]) -> tuple[str, ...]:
    """Every sentence that takes one phrase of each part."""
    return tuple(" ".join(phrases) for phrases in product(*parts))


GROUPS = (
    Group(
        "Operations, at the top and nested, and what comes of them",
        tuple(
            f"{level} {operation} {result}"
            for level, (operation, results) in product(("op", "nested"), OUTCOMES.items())
            for result in results
        ),
        outcomes,
    ),
    Group(
        "Where an implementation that runs stands",
        combinations(HOOKS, ["normal"], BANDS) + combinations(CALLABLE, ["wrapper"], BANDS),
        places,
    ),
    Group(
        "What implementations do",
        combinations(HOOKS, ["answers"], ["nothing", "an argument", "something", "something falsy"])
        + combinations(FALLIBLE, ["fails with"], TAGS),
        answers,
    ),
    Group(
        "Wrappers that fail before their inner call",
        combinations(CALLABLE, ["pre_raise"], TAGS),
        entries,
    ),
    Group(
        "What wrappers make of their inner call",
        combinations(
            [*(f"{hook} on_ok" for hook in CALLABLE), *(f"{hook} on_err" for hook in STOPPING)],
            ["nothing", "ret", *(f"raise {tag}" for tag in TAGS)],
        ),
        decisions,
    ),
    Group(
        "What comes right after an inner wrapper's part, in the outer one",
        combinations(
            STOPPING,
            [
                "pre then post_err",
                "post_ok then post_ok",
                "post_ok then post_err",
                "post_err then post_ok",
                "post_err then post_err",
            ],
        )
        + combinations(
            ["collect_iso", "first_iso"], ["post_ok then post_ok", "isolated then post_ok"]
        ),
        nestings,
    ),
    Group(
        "Isolated failures",
        combinations(
            TAGS,
            ["of"],
            [
                "an implementation",
                "an extra",
                "a wrapper before its call",
                "a wrapper after its call",
            ],
        ),
        isolated,
    ),
    Group(
        "Effects that are run",
        combinations(
            OUTCOMES,
            ["in"],
            ["an implementation", "a wrapper", "an implementation of a historic hook"],
        ),
        effects,
    ),
    Group(
        "Errors of effects that become failures",
        ("E1 as E1", "E2 as E2", "B1 as B1", "NameTaken as E2", "AlreadyRegistered as E2"),
        propagations,
    ),
    Group("Extras", combinations(["call of", "isolated of"], ["extra.0", "extra.1"]), extras),
    Group(
        "What monitors are told",
        combinations(HOOKS, ["with"], [f"{count} implementations" for count in ("0", "1", "more")])
        + combinations(HOOKS, ["ends ok"])
        + combinations(STOPPING, ["ends err"]),
        monitors,
    ),
    Group(
        "Replays",
        combinations(["call of"], HISTORIC)
        + combinations(["cb", "isolated", "before", "nested"], ["event"]),
        replays,
    ),
    Group(
        "Rarities",
        (
            "the depth limit is reached",
            *combinations(
                ["call", "post_ok", "post_err"], ["of a plugin that was unregistered in the call"]
            ),
        ),
        rarities,
    ),
)


FEATURES = frozenset(f"{group.title}: {feature}" for group in GROUPS for feature in group.features)
"""Every feature, with the title of its group."""


def features_of(case: Case) -> frozenset[str]:
    """The features of a case."""
    found = (f"{group.title}: {feature}" for group in GROUPS for feature in group.find(case))
    return FEATURES.intersection(found)


def statistics(cases: Iterable[Case]) -> Iterator[str]:
    """In how many cases each feature occurs: a line each, under the title of its group."""
    counts = Counter(feature for case in cases for feature in features_of(case))
    for group in GROUPS:
        yield f"{group.title}:"
        for feature in group.features:
            yield f"  {counts[f'{group.title}: {feature}']:5}  {feature}"


def absent(cases: Iterable[Case]) -> list[str]:
    """The features that occur in no case."""
    present = frozenset[str]().union(*(features_of(case) for case in cases))
    return sorted(FEATURES - present)
