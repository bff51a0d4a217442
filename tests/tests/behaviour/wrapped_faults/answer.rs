//! What implementations answer, and what wrappers find.

use std::error::Error;
use std::mem;

use hooks_core::Failure;

pub(super) type Fault = Box<dyn Error + Send + Sync>;

/// What a call gave, or the method whose failure stopped it.
pub(super) type Told = Result<Vec<u32>, String>;

/// An answer. One that is charged panics when it is dropped.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) numbers: Vec<u32>,
    charged: bool,
}

/// What a charged answer says when it is dropped,
pub(super) const LAST_WORDS: &str = "dropped with a bang";

impl Drop for Answer {
    fn drop(&mut self) {
        if self.charged {
            panic!("{LAST_WORDS}");
        }
    }
}

/// and where.
pub(super) const LAST_PLACE: u32 = line!() - 6;

impl Answer {
    pub(super) fn new(numbers: Vec<u32>, charged: bool) -> Self {
        Self { numbers, charged }
    }

    fn single(number: u32) -> Self {
        Self::new(vec![number], false)
    }
}

/// What an implementation returns.
pub(super) trait Returned {
    fn returned(played: Result<Option<Answer>, Fault>) -> Self;
}

impl Returned for () {
    fn returned(played: Result<Option<Answer>, Fault>) {
        assert!(matches!(played, Ok(None)), "this hook takes neither answers nor errors");
    }
}

impl Returned for Option<Answer> {
    fn returned(played: Result<Option<Answer>, Fault>) -> Self {
        played.expect("this hook takes no errors")
    }
}

impl Returned for Answer {
    fn returned(played: Result<Option<Answer>, Fault>) -> Self {
        Option::returned(played).expect("this hook wants an answer")
    }
}

impl<T: Returned> Returned for Result<T, Fault> {
    fn returned(played: Result<Option<Answer>, Fault>) -> Self {
        played.map(|answer| T::returned(Ok(answer)))
    }
}

/// The output of a hook.
pub(super) trait Whole {
    /// What is in it.
    fn told(&self) -> Told;
    /// An output of one number, as far as there is room for it.
    fn of(number: u32) -> Self;
    /// Adds a number, as far as there is room for it.
    fn add(&mut self, number: u32);
    /// Takes an answer out, if there is one; where there has to be one, `number` takes its place.
    fn take_one(&mut self, number: u32) -> Option<Answer>;
    /// Makes it harmless.
    fn disarm(&mut self);

    /// Puts `number` in the place of a failure, if there is one.
    fn recover(&mut self, number: u32) {
        let _ = number;
    }

    /// Puts a failure in the place of everything, if there is room for one.
    fn fail(&mut self, failure: &Failure) {
        let _ = failure;
    }
}

impl Whole for () {
    fn told(&self) -> Told {
        Ok(Vec::new())
    }

    fn of(_: u32) {}

    fn add(&mut self, _: u32) {}

    fn take_one(&mut self, _: u32) -> Option<Answer> {
        None
    }

    fn disarm(&mut self) {}
}

impl Whole for Vec<Answer> {
    fn told(&self) -> Told {
        Ok(self.iter().flat_map(|answer| &answer.numbers).copied().collect())
    }

    fn of(number: u32) -> Self {
        vec![Answer::single(number)]
    }

    fn add(&mut self, number: u32) {
        self.push(Answer::single(number));
    }

    fn take_one(&mut self, _: u32) -> Option<Answer> {
        self.pop()
    }

    fn disarm(&mut self) {
        self.iter_mut().for_each(Whole::disarm);
    }
}

impl Whole for Option<Answer> {
    fn told(&self) -> Told {
        Ok(self.iter().flat_map(|answer| &answer.numbers).copied().collect())
    }

    fn of(number: u32) -> Self {
        Some(Answer::single(number))
    }

    fn add(&mut self, number: u32) {
        self.disarm();
        *self = Some(Answer::single(number));
    }

    fn take_one(&mut self, _: u32) -> Option<Answer> {
        self.take()
    }

    fn disarm(&mut self) {
        self.iter_mut().for_each(Whole::disarm);
    }
}

impl Whole for Answer {
    fn told(&self) -> Told {
        Ok(self.numbers.clone())
    }

    fn of(number: u32) -> Self {
        Self::single(number)
    }

    fn add(&mut self, number: u32) {
        self.numbers.push(number);
    }

    fn take_one(&mut self, number: u32) -> Option<Answer> {
        Some(mem::replace(self, Self::single(number)))
    }

    fn disarm(&mut self) {
        self.charged = false;
    }
}

impl<T: Whole> Whole for Result<T, Failure> {
    fn told(&self) -> Told {
        match self {
            Ok(whole) => whole.told(),
            Err(failure) => Err(failure.method().to_owned()),
        }
    }

    fn of(number: u32) -> Self {
        Ok(T::of(number))
    }

    fn add(&mut self, number: u32) {
        self.iter_mut().for_each(|whole| whole.add(number));
    }

    fn take_one(&mut self, number: u32) -> Option<Answer> {
        self.as_mut().ok()?.take_one(number)
    }

    fn disarm(&mut self) {
        self.iter_mut().for_each(T::disarm);
    }

    fn recover(&mut self, number: u32) {
        if self.is_err() {
            *self = Self::of(number);
        }
    }

    fn fail(&mut self, failure: &Failure) {
        self.disarm();
        *self = Err(failure.clone());
    }
}
