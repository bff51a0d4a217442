"""A scenario with its log, and questions to the two together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from oracle import Event
from scenario import Hook, Implementation, Scenario


@dataclass(frozen=True)
class Case:
    """A scenario with its log."""

    scenario: Scenario
    log: list[Event]

    def runs(self, *kinds: str) -> Iterator[Implementation]:
        """The implementations of plugins that events of these kinds tell of."""
        for event in self.log:
            if event[0] in kinds and not is_extra(event[1]):
                yield self.implementation(event[1])

    def implementation(self, identity: Any) -> Implementation:
        key, _, index = identity.partition(".")
        return self.scenario["plugins"][key]["impls"][int(index)]

    def wrapped_hook(self, identity: Any) -> Hook | None:
        """The hook that a wrapper stands around; nothing if it is no wrapper."""
        if is_extra(identity):
            return None
        implementation = self.implementation(identity)
        return implementation["hook"] if implementation["kind"] == "wrapper" else None

    def turns(self) -> Iterator[list[Event]]:
        """The events of each operation of the scenario; what came of it is the last of them."""
        turn: list[Event] = []
        for event in self.log:
            turn.append(event)
            if event[0] == "op":
                yield turn
                turn = []


def is_extra(identity: Any) -> bool:
    return cast(str, identity).startswith("extra.")
