"""What an implementation of a scenario does when pluggy calls it.

pluggy knows no isolation. So in an isolating hook the functions that pluggy is given never fail:
`Isolated` says what they do instead, and is the only place where the oracle is not pluggy.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, cast

from scenario import TAGS, Decision, Implementation, Json, Operation

Normal: TypeAlias = Callable[[Json, Json], Json]
Around: TypeAlias = Generator[None, Json, Json]
Wrapper: TypeAlias = Callable[[Json, Json], Around]


class Returned(Exception):
    """An implementation failed with an error."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class Panicked(BaseException):
    """An implementation panicked. Not an `Exception`, because pluggy has to treat both alike."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


Failure: TypeAlias = Returned | Panicked
FAILURES = (Returned, Panicked)


def failure(tag: str) -> Failure:
    """The failure that bears `tag`, or `E2` if that is no tag of an implementation's failure."""
    if tag == "B1":
        return Panicked(tag)
    return Returned(tag if tag in TAGS else "E2")


class World(Protocol):
    """What surrounds an implementation: the log, and what its effects work on."""

    def record(self, *event: Json) -> None:
        """Appends an event to the log."""

    def effect(self, effect: Operation) -> None:
        """Runs an effect, and raises the failure that it propagates."""


@dataclass(frozen=True)
class Plain:
    """Makes the function of one implementation of a hook that stops at a failure."""

    world: World
    identity: str
    description: Implementation

    def function(self) -> Normal | Wrapper:
        """The function for pluggy to call."""
        return self._wrapper() if self.description["kind"] == "wrapper" else self._normal()

    def _normal(self) -> Normal:
        def function(a: Json, b: Json) -> Json:
            return self._answer(a, b)

        return function

    def _wrapper(self) -> Wrapper:
        def function(a: Json, b: Json) -> Around:
            self._begin("pre", "pre_raise", a, b)
            try:
                output = yield
            except FAILURES as failed:
                return self._after_failure(failed)
            return self._after_output(output)

        return function

    def _begin(self, event: str, raises: Literal["raise", "pre_raise"], a: Json, b: Json) -> None:
        """Logs that the implementation runs, and does all that can make it fail by itself."""
        self.world.record(event, self.identity, {"a": a, "b": b})
        for effect in self.description.get("effects", ()):
            self.world.effect(effect)
        tag = self.description.get(raises)
        if tag is not None:
            raise failure(tag)

    def _answer(self, a: Json, b: Json) -> Json:
        self._begin("call", "raise", a, b)
        answer = self.description.get("ret")
        if answer == {"arg": "a"}:
            return a
        if answer == {"arg": "b"}:
            return b
        return answer

    def _after_output(self, output: Json) -> Json:
        self.world.record("post_ok", self.identity, output)
        decision = self.description.get("on_ok", "pass")
        return output if decision == "pass" else _replacement(decision)

    def _after_failure(self, failed: Failure) -> Json:
        self.world.record("post_err", self.identity, failed.tag)
        decision = self.description.get("on_err", "reraise")
        if decision == "reraise":
            raise failed
        return _replacement(decision)


class Isolated(Plain):
    """Makes the function of one implementation of an isolating hook.

    An implementation that fails gives no answer. A wrapper that fails before its inner call takes
    no part in the call from then on; one that fails after it leaves the output as it was.
    """

    def _normal(self) -> Normal:
        def function(a: Json, b: Json) -> Json:
            try:
                return self._answer(a, b)
            except FAILURES as failed:
                self._isolate(failed)
                return None

        return function

    def _wrapper(self) -> Wrapper:
        def function(a: Json, b: Json) -> Around:
            try:
                self._begin("pre", "pre_raise", a, b)
            except FAILURES as failed:
                self._isolate(failed)
                return (yield)
            output = yield
            try:
                return self._after_output(output)
            except FAILURES as failed:
                self._isolate(failed)
                return output

        return function

    def _isolate(self, failed: Failure) -> None:
        self.world.record("isolated", self.identity, failed.tag)


def _replacement(decision: Decision) -> Json:
    assert isinstance(decision, dict)
    if "raise" in decision:
        raise failure(decision["raise"])
    return cast(Json, decision["ret"])
