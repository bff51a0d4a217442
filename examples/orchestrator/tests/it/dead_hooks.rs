//! No hook is declared and never called.

use std::collections::BTreeSet;

use bernstein_hooks::{BernsteinSpec, PluginManager};

use crate::stage::Stage;

#[test]
fn every_declared_hook_is_called_in_a_run_that_has_it_all() {
    let ended = Stage::new(
        "budget: $0.02
gates: [{name: tests, command: test -f proof}]
stages:
  - name: all
    steps:
      - {title: a, mock: [idle], completion_signals: [{type: path_exists, path: proof}]}
",
    )
    .run();
    let called: BTreeSet<&str> = ended.hooks().into_iter().collect();
    let declared: BTreeSet<&str> = PluginManager::new()
        .call_order::<BernsteinSpec>()
        .iter()
        .map(|order| order.hook.name)
        .collect();
    assert_eq!(called, declared);
}
