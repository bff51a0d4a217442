"""What is called in which order, what comes back, and what failures and wrappers do to it."""

from scenario import (
    Hook,
    Implementation,
    Json,
    call,
    call_extra,
    normal,
    propagate,
    query,
    register,
    scenario,
    unregister,
    wrapper,
)

from .plugins import answering, watching

FALSY: tuple[Json, ...] = (0, False, "", [], {}, None)


def mixed_additions(hook: Hook) -> list[Implementation]:
    """The thirteen of pluggy's own test `test_adding_wrappers_complex`, in the same order."""
    return [
        wrapper(hook, band="trylast"),
        normal(hook, ret=2),
        normal(hook, band="trylast", ret=3),
        wrapper(hook),
        wrapper(hook, band="tryfirst"),
        normal(hook, band="tryfirst", ret=6),
        normal(hook, ret=7),
        wrapper(hook),
        normal(hook, band="trylast", ret=9),
        normal(hook, band="tryfirst", ret=10),
        wrapper(hook, band="trylast"),
        wrapper(hook),
        normal(hook, ret=13),
    ]


ORDER = {
    "mixed_additions_by_one_plugin_stand_as_in_pluggys_own_test": scenario(
        {"p0": mixed_additions("collect")}, register("p0"), query(), call("collect")
    ),
    "mixed_additions_by_many_plugins_stand_in_the_same_order": scenario(
        {f"p{i}": [addition] for i, addition in enumerate(mixed_additions("collect_iso"))},
        *(register(f"p{i}") for i in range(13)),
        query(),
        call("collect_iso"),
    ),
    "registering_again_makes_a_plugin_the_newest": scenario(
        answering("collect", "p0", "p1"),
        register("p0"),
        register("p1"),
        call("collect"),
        unregister("p0"),
        register("p0"),
        call("collect"),
        query(),
    ),
    "the_implementations_of_one_plugin_count_in_the_order_in_which_they_are_written": scenario(
        {"p0": [normal("collect", ret=i) for i in range(12)]}, register("p0"), call("collect")
    ),
}

RESULTS = {
    "the_first_answer_ends_a_first_result_call": scenario(
        {"p0": [normal("first", ret=1), normal("first", ret=2), normal("first")]},
        register("p0"),
        call("first"),
    ),
    "all_that_python_takes_for_false_is_an_answer_but_null_is_none": scenario(
        {"p0": [normal("first", ret={"arg": "a"}), normal("collect", ret={"arg": "a"})]},
        register("p0"),
        *(call("first", a) for a in FALSY),
        *(call("collect", a) for a in FALSY),
    ),
    "without_an_answer_the_output_is_null_or_empty": scenario(
        {"p0": [normal("first"), normal("collect")]},
        call("first"),
        call("collect"),
        register("p0"),
        call("first"),
        call("collect"),
    ),
    "a_failure_stops_the_call_and_drops_the_results": scenario(
        {"p0": [normal("collect", ret=1), normal("collect", fails="B1"), normal("collect", ret=3)]},
        register("p0"),
        call("collect"),
    ),
    "an_isolated_failure_leaves_the_other_results": scenario(
        {
            "p0": [
                normal("collect_iso", ret=1),
                normal("collect_iso", fails="B1"),
                normal("collect_iso", ret=3),
            ]
        },
        register("p0"),
        call("collect_iso"),
    ),
    "after_an_isolated_failure_the_next_one_is_asked_for_the_first_result": scenario(
        {
            "p0": [
                normal("first_iso", ret=1),
                normal("first_iso", ret=2),
                normal("first_iso", fails="E1"),
            ]
        },
        register("p0"),
        call("first_iso"),
    ),
}

WRAPPERS = {
    "a_failure_before_the_inner_call_ends_the_call_for_the_outer_wrappers_to_see": scenario(
        {
            "p0": [normal("collect", ret=1)],
            "p1": watching("collect"),
            "p2": [wrapper("collect", pre_raise="E1")],
            "p3": watching("collect"),
            "p4": [wrapper("collect", on_err={"ret": [4]})],
            "p5": watching("collect"),
        },
        *(register(f"p{i}") for i in range(6)),
        call("collect"),
    ),
    "an_isolated_failure_before_the_inner_call_silences_nobody": scenario(
        {
            "p0": [normal("collect_iso", ret=1)],
            "p1": watching("collect_iso"),
            "p2": [wrapper("collect_iso", pre_raise="E1", on_ok={"ret": []}, on_err={"ret": []})],
            "p3": watching("collect_iso"),
        },
        *(register(f"p{i}") for i in range(4)),
        call("collect_iso"),
    ),
    "all_wrappers_may_fail_before_their_inner_calls_and_the_result_stays": scenario(
        {
            "p0": [
                normal("first_iso", ret=1),
                wrapper("first_iso", pre_raise="E1"),
                wrapper("first_iso", pre_raise="B1"),
            ]
        },
        register("p0"),
        call("first_iso"),
    ),
    "a_failure_after_the_inner_call_replaces_the_output": scenario(
        {
            "p0": [normal("first", ret=1)],
            "p1": [wrapper("first", on_ok={"raise": "B1"})],
            "p2": watching("first"),
        },
        *(register(f"p{i}") for i in range(3)),
        call("first"),
    ),
    "an_isolated_failure_after_the_inner_call_leaves_the_output_as_it_was": scenario(
        {
            "p0": [normal("first_iso", ret=1)],
            "p1": [wrapper("first_iso", on_ok={"ret": 2})],
            "p2": [wrapper("first_iso", on_ok={"raise": "B1"})],
            "p3": watching("first_iso"),
        },
        *(register(f"p{i}") for i in range(4)),
        call("first_iso"),
    ),
    "each_wrapper_sees_what_the_one_inside_of_it_left": scenario(
        {
            "p0": [
                normal("collect", fails="E1"),
                wrapper("collect", on_err={"raise": "E2"}),
                wrapper("collect", on_err={"raise": "B1"}),
                wrapper("collect", on_err={"ret": [1]}),
                wrapper("collect", on_ok={"ret": [2, None]}),
                wrapper("collect", on_ok={"raise": "E1"}),
                wrapper("collect"),
            ]
        },
        register("p0"),
        call("collect"),
    ),
    "a_wrapper_may_take_the_first_result_away": scenario(
        {"p0": [normal("first", ret=1), wrapper("first", on_ok={"ret": None}), wrapper("first")]},
        register("p0"),
        call("first"),
    ),
    "wrappers_stand_around_an_empty_call": scenario(
        {"p0": [wrapper("first"), wrapper("collect")]},
        register("p0"),
        call("first"),
        call("collect"),
    ),
    "the_effects_of_a_wrapper_run_before_its_inner_call_and_may_fail_it": scenario(
        {
            "p0": [
                normal("collect", ret=1),
                wrapper("collect", effects=[query(), propagate(register("p0")), query()]),
                wrapper("collect"),
                normal("collect_iso", ret=1),
                wrapper("collect_iso", effects=[propagate(register("p0")), query()]),
            ]
        },
        register("p0"),
        call("collect"),
        call("collect_iso"),
    ),
}

EXTRAS = {
    "extras_are_the_newest_plain_ones_whatever_they_ask_for": scenario(
        {
            "p0": [
                normal("collect", band="tryfirst", ret="tryfirst"),
                normal("collect", ret="plain"),
                normal("collect", band="trylast", ret="trylast"),
                wrapper("collect"),
            ]
        },
        register("p0"),
        call_extra(
            "collect", [{"ret": 0}, {"ret": 1, "tryfirst": True}, {"ret": 2, "trylast": True}]
        ),
        call("collect"),
    ),
    "the_failure_of_an_extra_is_like_any_other": scenario(
        {
            "p0": [
                normal("first", ret=1),
                wrapper("first"),
                normal("first_iso", ret=1),
                wrapper("first_iso"),
            ]
        },
        register("p0"),
        call_extra("first", [{"ret": 1}, {"raise": "E1"}]),
        call_extra("first_iso", [{"ret": {"arg": "b"}}, {"raise": "B1"}]),
    ),
}
