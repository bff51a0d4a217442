"""How plugins come and go: by name, from inside of calls, and with what is replayed to them."""

from scenario import (
    call,
    call_historic,
    normal,
    propagate,
    query,
    register,
    scenario,
    set_blocked,
    unblock,
    unregister,
    wrapper,
)

from .plugins import answering

REGISTRY = {
    "a_blocked_name_comes_before_a_registered_plugin": scenario(
        answering("collect", "p0"),
        set_blocked("x"),
        register("p0"),
        register("p0", "x"),
        unregister("x"),
        query(),
        unblock("x"),
        unblock("x"),
        register("p0", "x"),
    ),
    "a_taken_name_comes_before_a_registered_plugin": scenario(
        answering("collect", "p0", "p1"),
        register("p0"),
        register("p1"),
        register("p0", "p1"),
        register("p0", "p0"),
        register("p0", "x"),
    ),
    "blocking_unregisters_and_holds_until_it_is_lifted": scenario(
        answering("collect", "p0"),
        register("p0"),
        set_blocked("p0"),
        call("collect"),
        register("p0"),
        set_blocked("p0"),
        unblock("p0"),
        query(),
        register("p0"),
        call("collect"),
    ),
    "unregistering_goes_by_the_name_and_not_by_the_plugin": scenario(
        answering("collect", "p0", "p1"),
        register("p0", "p1"),
        register("p1", "p0"),
        unregister("p0"),
        unregister("p0"),
        query(),
        call("collect"),
    ),
}

REENTRANCY = {
    "a_plugin_that_is_unregistered_in_a_call_completes_it": scenario(
        {
            "p0": [normal("collect", ret="p0"), wrapper("collect")],
            "p1": [normal("collect", ret="p1", effects=[unregister("p0"), unregister("p1")])],
        },
        register("p0"),
        register("p1"),
        call("collect"),
        call("collect"),
    ),
    "a_plugin_that_is_blocked_in_a_call_completes_it": scenario(
        {"p0": [normal("first_iso", ret=1), wrapper("first_iso", effects=[set_blocked("p0")])]},
        register("p0"),
        call("first_iso"),
        call("first_iso"),
        query(),
    ),
    "a_plugin_that_registers_in_a_call_takes_part_in_the_next": scenario(
        {
            "p0": [normal("collect", ret="p0", effects=[register("p1")])],
            "p1": [normal("collect", ret="p1"), wrapper("collect")],
        },
        register("p0"),
        call("collect"),
        call("collect"),
    ),
    "a_call_within_a_call_sees_what_was_registered_in_between": scenario(
        {
            "p0": [wrapper("collect", effects=[register("p1"), call("first", 3, 4)])],
            "p1": [normal("collect", ret=1), normal("first", ret={"arg": "b"})],
        },
        register("p0"),
        call("collect"),
    ),
    "effects_end_at_depth_five": scenario(
        {"p0": [normal("first", ret=1, effects=[call("first", "inner"), query()])]},
        register("p0"),
        call("first", "outer"),
    ),
    "errors_of_effects_become_failures_where_they_propagate_and_nowhere_else": scenario(
        {
            "p0": [
                normal("first", fails="B1"),
                normal("collect_iso", ret=1, effects=[propagate(call("first")), query()]),
                normal("collect_iso", ret=2, effects=[propagate(register("p0"))]),
                normal("collect_iso", ret=3, effects=[propagate(register("p0", "x"))]),
                normal("collect_iso", ret=4, effects=[call("first"), register("p0")]),
            ]
        },
        register("p0"),
        call("collect_iso"),
    ),
}

REPLAY = {
    "a_replay_is_in_the_order_of_the_calls_and_answers_each_at_once": scenario(
        {
            "p0": [
                normal("historic", band="trylast", ret={"arg": "a"}),
                normal("historic", ret={"arg": "b"}),
                normal("historic", band="tryfirst"),
            ],
            "p1": [normal("historic", ret={"arg": "a"})],
        },
        register("p1"),
        call_historic("historic", 1, 2, "c0"),
        call_historic("historic", 3, 4),
        call_historic("historic", 5, 6, "c1"),
        register("p0"),
        call_historic("historic", 7, 8, "c0"),
    ),
    "answers_are_given_after_all_implementations_have_run_but_replayed_ones_at_once": scenario(
        {"p0": [normal("historic", ret=1), normal("historic", ret=2)]},
        register("p0"),
        call_historic("historic", cb="c0"),
        unregister("p0"),
        register("p0"),
    ),
    "registering_again_replays_again": scenario(
        answering("historic", "p0"),
        call_historic("historic"),
        register("p0"),
        set_blocked("p0"),
        call_historic("historic"),
        unblock("p0"),
        register("p0"),
    ),
    "the_two_historic_hooks_remember_apart": scenario(
        {"p0": [normal("historic_iso", ret=1), normal("historic", ret=2)]},
        call_historic("historic", "a", "b", "c0"),
        call_historic("historic_iso", "c", "d", "c1"),
        register("p0"),
    ),
    "an_isolated_failure_in_a_replay_does_not_keep_a_plugin_from_registering": scenario(
        {"p0": [normal("historic_iso", fails="B1"), normal("historic_iso", ret=1)]},
        call_historic("historic_iso", cb="c0"),
        register("p0"),
        query(),
        call_historic("historic_iso"),
    ),
    "a_plugin_that_registers_in_a_historic_call_gets_that_call_once": scenario(
        {
            "p0": [normal("historic", ret="p0", effects=[register("p1")])],
            "p1": [normal("historic", ret="p1")],
        },
        register("p0"),
        call_historic("historic", cb="c0"),
    ),
    "an_implementation_joins_its_table_after_its_own_replay_and_before_that_of_the_next": scenario(
        {
            "p0": [
                normal("collect", ret=1),
                normal("historic", effects=[query(), call("collect")]),
                normal("historic", effects=[call("collect")]),
                normal("collect", ret=2),
            ]
        },
        call_historic("historic"),
        register("p0"),
        query(),
    ),
    "a_plugin_that_registers_holds_its_name_while_it_gets_its_replay": scenario(
        {
            "p0": [normal("historic", effects=[register("p1", "p0"), register("p0", "x")])],
            "p1": [normal("historic")],
        },
        call_historic("historic"),
        register("p0"),
        query(),
    ),
    "who_registers_in_a_replay_is_older_in_the_table_and_newer_by_name": scenario(
        {"p0": [normal("historic", effects=[register("p1")])], "p1": [normal("historic")]},
        call_historic("historic"),
        register("p0"),
        call_historic("historic"),
        query(),
    ),
    "a_historic_call_made_in_a_replay_reaches_the_newcomer_once": scenario(
        {
            "p0": [normal("collect", effects=[call_historic("historic", 3, 4), unregister("p0")])],
            "p1": [normal("historic", effects=[call("collect")], ret={"arg": "a"})],
        },
        call_historic("historic", cb="c0"),
        register("p0"),
        register("p1"),
    ),
    "a_historic_call_within_another_is_over_before_the_outer_one_answers": scenario(
        {
            "p0": [normal("historic", ret={"arg": "a"})],
            "p1": [normal("historic_iso", effects=[call_historic("historic", cb="c1")], ret="p1")],
        },
        register("p0"),
        register("p1"),
        call_historic("historic_iso", cb="c0"),
    ),
}
