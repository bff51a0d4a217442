"""Scenarios made by hand, for the rules that are easily got wrong. The name is the claim."""

from collections.abc import Mapping

from scenario import Scenario

from .calls import EXTRAS, ORDER, RESULTS, WRAPPERS
from .registration import REENTRANCY, REGISTRY, REPLAY
from .views import MONITORS, SUBSETS

HANDMADE: Mapping[str, Scenario] = {
    **ORDER,
    **RESULTS,
    **WRAPPERS,
    **REPLAY,
    **REGISTRY,
    **REENTRANCY,
    **SUBSETS,
    **MONITORS,
    **EXTRAS,
}
