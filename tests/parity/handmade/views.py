"""Who looks at calls from outside: subsets and monitors."""

from scenario import (
    call,
    call_extra,
    call_historic,
    call_subset,
    historic_subset,
    monitor,
    normal,
    register,
    scenario,
    subset,
    unmonitor,
    unregister,
    wrapper,
)

from .plugins import answering

SUBSETS = {
    "a_subset_leaves_out_who_implements_the_hook_when_it_is_made": scenario(
        answering("collect", "p0", "p1"),
        register("p0"),
        subset("s0", "collect", ["p0", "p1", "x"]),
        register("p1"),
        call_subset("s0"),
        call("collect"),
    ),
    "a_subset_of_nobody_is_the_hook_itself": scenario(
        {"p0": [normal("collect", ret=1)], "p1": [normal("first", ret=1)]},
        register("p1"),
        subset("s0", "collect", ["p0", "p1"]),
        register("p0"),
        call_subset("s0"),
    ),
    "a_subset_leaves_out_a_plugin_and_not_a_name": scenario(
        answering("collect", "p0", "p1"),
        register("p0"),
        subset("s0", "collect", ["p0"]),
        unregister("p0"),
        register("p0", "x"),
        register("p1", "p0"),
        call_subset("s0"),
    ),
    "a_subset_leaves_wrappers_out_too_and_is_live": scenario(
        {
            "p0": [wrapper("first", on_ok={"ret": 0}), normal("first", ret=1)],
            "p1": [normal("first", ret=2)],
        },
        register("p0"),
        subset("s0", "first", ["p0"]),
        call_subset("s0"),
        register("p1"),
        call_subset("s0"),
        unregister("p1"),
        call_subset("s0"),
    ),
    "a_historic_call_through_a_subset_is_remembered_for_all": scenario(
        answering("historic", "p0", "p1", "p2"),
        register("p0"),
        register("p1"),
        subset("s0", "historic", ["p0"]),
        historic_subset("s0", 1, 2, "c0"),
        unregister("p0"),
        register("p0"),
        register("p2"),
    ),
    "a_subset_made_again_under_its_id_is_the_new_one": scenario(
        answering("collect", "p0", "p1"),
        register("p0"),
        register("p1"),
        subset("s0", "collect", ["p0"]),
        subset("s0", "collect", ["p1"]),
        call_subset("s0"),
    ),
}

MONITORS = {
    "the_monitor_added_last_is_the_outermost_and_the_first_to_go": scenario(
        answering("first", "p0"),
        register("p0"),
        monitor("m0"),
        monitor("m1"),
        call("first"),
        unmonitor(),
        call("first"),
        unmonitor(),
        unmonitor(),
        call("first"),
    ),
    "a_running_call_keeps_the_monitors_with_which_it_began": scenario(
        {
            "p0": [
                normal("collect", effects=[unmonitor(), monitor("m1"), monitor("m2")]),
                normal("first", ret=1),
                wrapper("collect", effects=[call("first")]),
                normal("collect", effects=[call("first")]),
            ]
        },
        register("p0"),
        monitor("m0"),
        call("collect"),
        call("first"),
    ),
    "monitors_are_told_of_wrappers_extras_and_subsets": scenario(
        {"p0": [normal("collect"), wrapper("collect")], "p1": [normal("collect", fails="E1")]},
        register("p0"),
        monitor("m0"),
        call("collect"),
        call_extra("collect", [{"ret": 1}, {"ret": 2}]),
        register("p1"),
        call("collect"),
        subset("s0", "collect", ["p1"]),
        call_subset("s0"),
    ),
    "monitors_are_told_of_each_replay_and_answers_come_after_that": scenario(
        {"p0": [normal("historic", ret=1), normal("historic", ret=2)]},
        monitor("m0"),
        call_historic("historic", cb="c0"),
        call_historic("historic", 3, 4),
        register("p0"),
        call_historic("historic", cb="c1"),
    ),
    "a_call_whose_failures_are_isolated_ends_well": scenario(
        {"p0": [normal("collect_iso", fails="E1"), wrapper("collect_iso", pre_raise="B1")]},
        register("p0"),
        monitor("m0"),
        call("collect_iso"),
    ),
    "a_failure_that_a_wrapper_replaces_is_no_failure_of_the_call": scenario(
        {"p0": [normal("first", fails="E1"), wrapper("first", on_err={"ret": 1})]},
        register("p0"),
        monitor("m0"),
        call("first"),
    ),
}
