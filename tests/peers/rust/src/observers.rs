//! Observers of an event of `bevy_ecs`.

use bevy_ecs::prelude::{Event, On, World};

/// The event in which each observer adds to a total.
#[derive(Event)]
struct Add {
    total: u64,
}

/// A call in which each implementation adds to a total.
pub(crate) fn add(numbers: impl Iterator<Item = u64>) -> impl FnMut() -> u64 {
    let mut world = World::new();
    for number in numbers {
        world.add_observer(move |mut add: On<Add>| add.total += number);
    }
    // What observers ask the world to do later is done now, before the first call.
    world.flush();
    let mut add = Box::new(Add { total: 0 });
    move || {
        add.total = 0;
        world.trigger_ref(add.as_mut());
        add.total
    }
}
