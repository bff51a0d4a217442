//! What each mode does at an event.

use std::panic::{catch_unwind, panic_any, resume_unwind};
use std::thread;
use std::time::Duration;

use crate::{Chaos, Mode, Place};

/// How long the slow mode sleeps.
const NAP: Duration = Duration::from_millis(50);

impl Chaos {
    /// Misbehaves at the event of that hook, if it is to do so in the call. A panic bears the line
    /// of the caller, as it does in a plugin that panics in earnest.
    #[track_caller]
    pub(crate) fn misbehave(&self, hook: &str) {
        if self.place == Place::Call {
            self.run_wild(format!("chaos at {hook}"));
        }
    }

    /// The same, if it is to do so in the background.
    #[track_caller]
    pub(crate) fn misbehave_in_background(&self, hook: &str) {
        if self.place == Place::Background {
            self.run_wild(format!("chaos in the background of {hook}"));
        }
    }

    #[track_caller]
    fn run_wild(&self, message: String) {
        match self.mode {
            Mode::Off | Mode::PanicInDefault | Mode::PanicInDrop => {}
            Mode::Panic => panic!("{message}"),
            Mode::PanicNotText => panic_any(404_u32),
            Mode::PanicPayloadDrop => panic_any(Bomb),
            Mode::PanicNested => {
                let _fuse = Fuse;
                panic!("{message}");
            }
            Mode::PanicCaught => drop(catch_unwind(|| panic!("{message}"))),
            Mode::PanicOnThread => drop(thread::spawn(move || panic!("{message}")).join()),
            Mode::Resume => {
                let Err(payload) = catch_unwind(|| panic!("{message}"));
                resume_unwind(payload);
            }
            Mode::ResumeFresh => resume_unwind(Box::new(message)),
            Mode::Poison => {
                let _in_hand = self.lock.lock().unwrap();
                panic!("{message}");
            }
            Mode::Slow => thread::sleep(NAP),
            Mode::Print => println!("{message}"),
        }
    }
}

/// A payload that panics when whoever caught it lets go of it.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("chaos while the payload of a panic is dropped");
    }
}

/// Panics and catches it when it is dropped.
struct Fuse;

impl Drop for Fuse {
    fn drop(&mut self) {
        drop(catch_unwind(|| panic!("chaos while another panic unwinds")));
    }
}
