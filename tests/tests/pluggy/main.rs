//! pluggy's own tests, under their own names, and what pluggy does not test.
//!
//! There is a module for each file of the tests of pluggy 1.7.0, but for its benchmarks, and
//! [`beyond`] for the rest. Of its 180 test functions, some carry over as they stand. Some are
//! adapted, and say how. What some find out at run time does not compile here: the module has a
//! table that names the case under `tests/ui/fail` that stands for each. The others are about what
//! there is in Python only, and are listed below.
//!
//! | file | carried | adapted | does not compile | not applicable | all |
//! |---|---|---|---|---|---|
//! | `test_hookcaller.py` | 12 | 3 | 1 | 0 | 16 |
//! | `test_multicall.py` | 8 | 7 | 6 | 0 | 21 |
//! | `test_invocations.py` | 9 | 7 | 5 | 2 | 23 |
//! | `test_pluginmanager.py` | 18 | 16 | 14 | 6 | 54 |
//! | `test_details.py` | 1 | 4 | 7 | 5 | 17 |
//! | `test_tracer.py` | 0 | 7 | 0 | 21 | 28 |
//! | `test_warnings.py` | 1 | 1 | 2 | 0 | 4 |
//! | `test_helpers.py` | 0 | 4 | 7 | 5 | 16 |
//! | `test_result.py` | 0 | 1 | 0 | 0 | 1 |
//! | | 49 | 50 | 42 | 39 | 180 |
//!
//! Not applicable:
//!
//! | test | because |
//! |---|---|
//! | `test_only_kwargs` | arguments of a call have an order and types, which the compiler checks |
//! | `test_hookspec_default_and_call_override_hookimpl_default`, `test_varnames_default`, `test_varnames_keyword_only` | arguments of a hook have no default values |
//! | `test_register_ignores_cached_property`, `test_register_ignores_raising_descriptors`, `test_register_ignores_non_callable_instance_attributes`, `test_plugin_getattr_raises_errors` | nobody searches the attributes of a plugin: `#[hookimpl]` says what it implements |
//! | `test_register_module_level_bound_method` | a module is no plugin |
//! | `test_register_both_wrapper_and_hookwrapper` | there is one sort of wrapper |
//! | `test_hook_tracing_escapes_surrogate_values`, `test_dictargs_escape_surrogate_values`, `test_escape_surrogates_from_repr`, `test_escape_surrogates_in_labels` | text is UTF-8, in which there are no surrogates |
//! | `test_simple`, `test_setprocessor` | lines are told to `tracing`, which has its own tags and subscribers |
//! | `test_readable_output_dictargs`, `test_plain_tokens_stay_bare`, `test_whitespace_strings_are_quoted`, `test_empty_string_is_visible`, `test_enum_shows_member_name`, `test_str_enum_shows_member_name`, `test_pathlike_shows_its_type`, `test_multiline_value_is_indented_under_its_key`, `test_carriage_return_breaks_the_block`, `test_trailing_newline_string_is_quoted`, `test_non_str_with_line_breaks_is_indented`, `test_broken_str_label_does_not_raise`, `test_broken_repr_on_pathlike_does_not_raise` | arguments and answers are not formatted |
//! | `test_keyboard_interrupt_from_str_propagates`, `test_keyboard_interrupt_from_exception_repr_propagates`, `test_keyboard_interrupt_from_repr_propagates` | an interrupt is a signal, not an exception |
//! | `test_dist_facade_list_attributes`, `test_dist_facade_identity_equality_and_hash` | there is no facade: metadata of a plugin are plain data |
//! | `test_dunder_version`, `test_dunder_getattr_missing_raises` | a crate is no object with attributes |
//! | `test_varnames_class`, `test_varnames_bound_method_from_module_function`, `test_varnames_unresolvable_annotation` | the signatures of Python's functions are found out at run time, in many ways |

// What the tests share:
mod support;

// pluggy's own,
mod details;
mod helpers;
mod hookcaller;
mod invocations;
mod multicall;
mod pluginmanager;
mod result;
mod tracer;
mod warnings;

// and what it lacks.
mod beyond;
