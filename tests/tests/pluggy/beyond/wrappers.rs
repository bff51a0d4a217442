//! Wrappers that fail before and after their inner call, that do not make it, and that change
//! what goes in and what comes out.

use hooks_core::{Closures, Method, Next, PluginManager, hookimpl, hookspec};

use crate::support::{Bomb, Journal, assert_error, assert_panic, plugins, registered, verdicts};

/// Hooks with wrappers around them.
#[hookspec]
trait Wrapped {
    /// Collects, and isolates failures.
    fn collect(&self, number: u32) -> Result<u32, String>;

    /// Collects, and stops on failure.
    #[hook(on_failure = stop)]
    fn gate(&self, number: u32) -> Result<u32, String>;

    /// The first answer wins.
    #[hook(firstresult)]
    fn pick(&self, number: u32) -> Option<u32>;

    /// Hands a number on.
    #[hook(waterfall)]
    fn flow(&self, #[flow] number: u32) -> u32;

    /// Changes a list in turn.
    fn extend(&self, list: &mut Vec<u32>, text: &str, number: u32);

    /// Collects what is dangerous to drop. Stops on failure.
    #[hook(on_failure = stop)]
    fn bombs(&self, journal: &Journal) -> Bomb;
}

/// How a wrapper fails before its inner call.
#[derive(Clone, Copy)]
enum Failing {
    Returns,
    Panics,
    Forgets,
}

impl Failing {
    const ALL: [Self; 3] = [Self::Returns, Self::Panics, Self::Forgets];

    fn message(self) -> &'static str {
        match self {
            Self::Returns => "returned",
            Self::Panics => "panicked",
            Self::Forgets => "the wrapper ended without having called `next.call()`",
        }
    }
}

/// Two wrappers that note, with one between them that fails before its inner call, around an
/// implementation that answers.
fn failing_between_two(journal: &Journal, failing: Failing) -> PluginManager {
    plugins! { Answers(Journal); Inner(Journal); Fails(Failing); Outer(Journal); }

    #[hookimpl]
    impl Wrapped for Answers {
        fn collect(&self, number: u32) -> Result<u32, String> {
            self.0.note("answers");
            Ok(number)
        }

        fn gate(&self, number: u32) -> Result<u32, String> {
            self.0.note("answers");
            Ok(number)
        }
    }

    #[hookimpl]
    impl Wrapped for Inner {
        #[hookimpl(wrapper)]
        fn collect(&self, next: Next<'_, CollectArgs>) {
            self.0.note(format!("inner {:?}", next.call()));
        }

        #[hookimpl(wrapper)]
        fn gate(&self, next: Next<'_, GateArgs>) {
            self.0.note(format!("inner {:?}", next.call()));
        }
    }

    #[hookimpl]
    impl Wrapped for Fails {
        #[hookimpl(wrapper)]
        fn collect(&self, next: Next<'_, CollectArgs>) -> Result<(), String> {
            fail_before(self.0, next)
        }

        #[hookimpl(wrapper)]
        fn gate(&self, next: Next<'_, GateArgs>) -> Result<(), String> {
            fail_before(self.0, next)
        }
    }

    #[hookimpl]
    impl Wrapped for Outer {
        #[hookimpl(wrapper)]
        fn collect(&self, next: Next<'_, CollectArgs>) {
            self.0.note("outer");
            self.0.note(format!("outer {:?}", next.call()));
        }

        #[hookimpl(wrapper)]
        fn gate(&self, next: Next<'_, GateArgs>) {
            self.0.note("outer");
            let output = next.call();
            let message = output.as_ref().map_err(|failure| failure.message().to_owned());
            self.0.note(format!("outer {message:?}"));
        }
    }

    let own = || journal.clone();
    registered![Answers(own()), Inner(own()), Fails(failing), Outer(own())]
}

fn fail_before<T>(failing: Failing, next: T) -> Result<(), String> {
    drop(next);
    match failing {
        Failing::Returns => Err(failing.message().to_owned()),
        Failing::Panics => panic!("{}", failing.message()),
        Failing::Forgets => Ok(()),
    }
}

#[test]
fn a_wrapper_that_fails_before_its_inner_call_silences_nobody() {
    for failing in Failing::ALL {
        let journal = Journal::default();
        let plugins = failing_between_two(&journal, failing);
        let report = plugins.hooks::<Wrapped>().reported().collect(7);
        assert_eq!(journal.read(), ["outer", "answers", "inner [7]", "outer [7]"]);
        let failed = format!("Fails: failed: {}", failing.message());
        assert_eq!(
            verdicts(&report),
            ["Outer: answered", &*failed, "Inner: answered", "Answers: answered"]
        );
        assert_eq!(report.output, [7]);
        let failure = report.failures().next().unwrap();
        match failing {
            Failing::Panics => assert_panic(failure, "Fails", "collect", failing.message()),
            _ => assert_error(failure, "Fails", "collect", failing.message()),
        }
    }
}

#[test]
fn a_wrapper_that_fails_before_its_inner_call_ends_a_call_that_stops_on_failure() {
    for failing in Failing::ALL {
        let journal = Journal::default();
        let plugins = failing_between_two(&journal, failing);
        let report = plugins.hooks::<Wrapped>().reported().gate(7);
        let seen = format!("outer Err({:?})", failing.message());
        assert_eq!(journal.read(), ["outer", &*seen]);
        let failed = format!("Fails: failed: {}", failing.message());
        assert_eq!(
            verdicts(&report),
            [
                "Outer: answered",
                &*failed,
                "Inner: skipped: an earlier implementation failed, which ended the call",
                "Answers: skipped: an earlier implementation failed, which ended the call",
            ]
        );
        let failure = report.output.unwrap_err();
        match failing {
            Failing::Panics => assert_panic(&failure, "Fails", "gate", failing.message()),
            _ => assert_error(&failure, "Fails", "gate", failing.message()),
        }
    }
}

#[test]
fn an_outer_wrapper_may_answer_for_one_that_failed_before_its_inner_call() {
    plugins! { Forgives; }

    #[hookimpl]
    impl Wrapped for Forgives {
        #[hookimpl(wrapper)]
        fn gate(&self, number: u32, next: Next<'_, GateArgs>) {
            let output = next.call();
            if output.is_err() {
                *output = Ok(vec![number]);
            }
        }
    }

    let plugins = failing_between_two(&Journal::default(), Failing::Panics);
    plugins.register(Forgives).unwrap();
    assert_eq!(plugins.hooks::<Wrapped>().gate(7), Ok(vec![7]));
}

#[test]
fn a_wrapper_that_fails_after_its_inner_call_loses_nothing_and_keeps_its_changes() {
    plugins! { Answers; Panics; Errs; }

    #[hookimpl]
    impl Wrapped for Answers {
        fn collect(&self, number: u32) -> Result<u32, String> {
            Ok(number)
        }

        fn pick(&self, number: u32) -> Option<u32> {
            Some(number)
        }

        fn flow(&self, number: u32) -> u32 {
            number + 1
        }
    }

    #[hookimpl]
    impl Wrapped for Errs {
        #[hookimpl(wrapper)]
        fn collect(&self, next: Next<'_, CollectArgs>) -> Result<(), String> {
            next.call().push(20);
            Err("returned afterwards".to_owned())
        }

        #[hookimpl(wrapper)]
        fn pick(&self, next: Next<'_, PickArgs>) -> Result<(), String> {
            next.call().iter_mut().for_each(|number| *number *= 10);
            Err("returned afterwards".to_owned())
        }

        #[hookimpl(wrapper)]
        fn flow(&self, next: Next<'_, FlowArgs>) -> Result<(), String> {
            *next.call() *= 10;
            Err("returned afterwards".to_owned())
        }
    }

    #[hookimpl]
    impl Wrapped for Panics {
        #[hookimpl(wrapper)]
        fn collect(&self, next: Next<'_, CollectArgs>) {
            next.call().push(30);
            panic!("panicked afterwards");
        }

        #[hookimpl(wrapper)]
        fn pick(&self, next: Next<'_, PickArgs>) {
            next.call().iter_mut().for_each(|number| *number += 3);
            panic!("panicked afterwards");
        }

        #[hookimpl(wrapper)]
        fn flow(&self, next: Next<'_, FlowArgs>) {
            *next.call() += 3;
            panic!("panicked afterwards");
        }
    }

    let plugins = registered![Answers, Errs, Panics];
    let wrapped = plugins.hooks::<Wrapped>();
    let expected = [
        "Panics: failed: panicked afterwards",
        "Errs: failed: returned afterwards",
        "Answers: answered",
    ];
    let report = wrapped.reported().collect(7);
    assert_eq!(
        (verdicts(&report), report.output),
        (expected.map(String::from).into(), vec![7, 20, 30])
    );
    let report = wrapped.reported().pick(7);
    assert_eq!((verdicts(&report), report.output), (expected.map(String::from).into(), Some(73)));
    let report = wrapped.reported().flow(7);
    assert_eq!((verdicts(&report), report.output), (expected.map(String::from).into(), 83));
    let failures: Vec<_> = plugins.plugins().iter().map(|plugin| plugin.failures).collect();
    assert_eq!(failures, [0, 3, 3]);
}

#[test]
fn the_answers_under_a_wrapper_that_fails_afterwards_are_dropped_once_where_failures_stop() {
    plugins! { Answers(&'static str); Panics; }

    #[hookimpl]
    impl Wrapped for Answers {
        fn bombs(&self, journal: &Journal) -> Bomb {
            Bomb { journal: journal.clone(), name: self.0 }
        }
    }

    #[hookimpl]
    impl Wrapped for Panics {
        #[hookimpl(wrapper)]
        fn bombs(&self, next: Next<'_, BombsArgs<'_>>) {
            assert_eq!(next.call().as_ref().map(Vec::len), Ok(2));
            panic!("after all");
        }
    }

    let journal = Journal::default();
    let plugins = registered![Answers("a"), Panics];
    plugins.register_as("b", Answers("b")).unwrap();
    let failure = plugins.hooks::<Wrapped>().bombs(&journal).err().unwrap();
    assert_panic(&failure, "Panics", "bombs", "after all");
    assert_eq!(journal.read(), ["b", "a"]);
}

#[test]
fn a_wrapper_replaces_errors_by_values_and_values_by_errors() {
    plugins! { Answers; Fails; Forgives; Refuses(Journal); }

    #[hookimpl]
    impl Wrapped for Answers {
        fn gate(&self, number: u32) -> Result<u32, String> {
            Ok(number)
        }
    }

    #[hookimpl]
    impl Wrapped for Fails {
        fn gate(&self) -> Result<u32, String> {
            Err("closed".to_owned())
        }
    }

    #[hookimpl]
    impl Wrapped for Forgives {
        #[hookimpl(wrapper)]
        fn gate(&self, next: Next<'_, GateArgs>) {
            let output = next.call();
            if output.is_err() {
                *output = Ok(vec![]);
            }
        }
    }

    #[hookimpl]
    impl Wrapped for Refuses {
        #[hookimpl(wrapper)]
        fn gate(&self, next: Next<'_, GateArgs>) -> Result<(), String> {
            self.0.note(format!("{:?}", next.call()));
            Err("refused".to_owned())
        }
    }

    let journal = Journal::default();
    let refuses = || Refuses(journal.clone());
    let gate = |plugins: PluginManager| plugins.hooks::<Wrapped>().gate(7);
    assert_eq!(gate(registered![Answers, Forgives]), Ok(vec![7]));
    assert_eq!(gate(registered![Fails, Forgives]), Ok(vec![]));
    assert_error(&gate(registered![Answers, refuses()]).unwrap_err(), "Refuses", "gate", "refused");
    assert_eq!(journal.read(), ["Ok([7])"]);
    let outer = gate(registered![Fails, Forgives, refuses()]);
    assert_error(&outer.unwrap_err(), "Refuses", "gate", "refused");
    assert_eq!(journal.read(), ["Ok([])"], "it sees what the inner one left");
    assert_eq!(gate(registered![Answers, refuses(), Forgives]), Ok(vec![]));
}

#[test]
fn a_wrapper_changes_arguments_for_what_is_inside() {
    plugins! { Pushes; Prepares; }

    #[hookimpl]
    impl Wrapped for Pushes {
        fn extend(&self, list: &mut Vec<u32>, text: &str, number: u32) {
            list.push(number);
            list.push(u32::try_from(text.len()).unwrap());
        }
    }

    #[hookimpl]
    impl Wrapped for Prepares {
        #[hookimpl(wrapper)]
        fn extend(&self, mut next: Next<'_, ExtendArgs<'_>>) {
            let args = next.args_mut();
            args.list.push(1);
            args.number += 10;
            args.text = &args.text[1..];
            next.call();
        }
    }

    let wrapped = registered![Pushes, Prepares].hooks::<Wrapped>();
    let mut list = vec![0];
    wrapped.extend(&mut list, "text", 5);
    assert_eq!(list, [0, 1, 15, 3]);
}

#[test]
fn what_a_wrapper_changed_before_it_failed_stays_changed() {
    plugins! { Pushes; Panics; }

    #[hookimpl]
    impl Wrapped for Pushes {
        fn extend(&self, list: &mut Vec<u32>, number: u32) {
            list.push(number);
        }
    }

    #[hookimpl]
    impl Wrapped for Panics {
        #[hookimpl(wrapper)]
        fn extend(&self, mut next: Next<'_, ExtendArgs<'_>>) {
            next.args_mut().list.push(1);
            panic!("half way");
        }
    }

    let wrapped = registered![Pushes, Panics].hooks::<Wrapped>();
    let mut list = vec![0];
    let report = wrapped.reported().extend(&mut list, "", 5);
    assert_eq!(verdicts(&report), ["Panics: failed: half way", "Pushes: answered"]);
    assert_eq!(list, [0, 1, 5]);
}

#[test]
fn a_wrapper_of_a_firstresult_hook_sees_the_answer_or_that_there_is_none() {
    plugins! { Answers; Passes; Doubles; Falls; }

    #[hookimpl]
    impl Wrapped for Answers {
        fn pick(&self, number: u32) -> Option<u32> {
            Some(number)
        }
    }

    #[hookimpl]
    impl Wrapped for Passes {
        fn pick(&self) -> Option<u32> {
            None
        }
    }

    #[hookimpl]
    impl Wrapped for Doubles {
        #[hookimpl(wrapper)]
        fn pick(&self, next: Next<'_, PickArgs>) {
            if let Some(answer) = next.call() {
                *answer *= 2;
            }
        }
    }

    #[hookimpl]
    impl Wrapped for Falls {
        #[hookimpl(wrapper)]
        fn pick(&self, next: Next<'_, PickArgs>) {
            next.call().get_or_insert(100);
        }
    }

    let pick = |plugins: PluginManager| plugins.hooks::<Wrapped>().pick(7);
    assert_eq!(pick(registered![Answers, Passes, Doubles, Falls]), Some(14));
    assert_eq!(pick(registered![Passes, Doubles, Falls]), Some(100));
    assert_eq!(pick(registered![Passes, Falls, Doubles]), Some(200));
    assert_eq!(pick(registered![Falls]), Some(100), "around nobody");
}

#[test]
fn a_wrapper_of_a_waterfall_changes_what_goes_in_and_what_comes_out() {
    plugins! { AddsOne; Around; Outermost; }

    #[hookimpl]
    impl Wrapped for AddsOne {
        fn flow(&self, number: u32) -> u32 {
            number + 1
        }
    }

    #[hookimpl]
    impl Wrapped for Around {
        #[hookimpl(wrapper)]
        fn flow(&self, mut next: Next<'_, FlowArgs>) {
            next.args_mut().number *= 10;
            *next.call() += 100;
        }
    }

    #[hookimpl]
    impl Wrapped for Outermost {
        #[hookimpl(wrapper)]
        fn flow(&self, next: Next<'_, FlowArgs>) {
            *next.call() *= 2;
        }
    }

    let flow = |plugins: PluginManager| plugins.hooks::<Wrapped>().flow(7);
    assert_eq!(flow(registered![AddsOne, Around]), 7 * 10 + 1 + 100);
    assert_eq!(flow(registered![Around, AddsOne, Outermost]), (7 * 10 + 1 + 100) * 2);
    assert_eq!(flow(registered![Around]), 7 * 10 + 100, "around nobody");
}

#[test]
fn wrappers_nest_as_deep_as_there_are_wrappers() {
    let plugins = PluginManager::new();
    for depth in 0..100 {
        let wrapper = Closures::<Wrapped>::new(move |hooks| {
            hooks.flow().wrapper(Method::here("flow"), move |mut next| {
                next.args_mut().number += 1;
                *next.call() += 1;
                if depth % 2 == 0 { Ok(()) } else { Err("odd".into()) }
            });
        });
        plugins.register_closures(&format!("wrapper{depth}"), wrapper).unwrap();
    }
    let report = plugins.hooks::<Wrapped>().reported().flow(0);
    assert_eq!(report.output, 200);
    assert_eq!(report.failures().count(), 50);
    assert_eq!(report.outcomes.len(), 100);
    assert_eq!(&*report.outcomes[0].plugin, "wrapper99", "the newest is the outermost");
}
