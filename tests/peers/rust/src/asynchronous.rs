//! A loop over trait objects whose methods are asynchronous by `async_trait`, and never wait.

use std::hint::black_box;

use async_trait::async_trait;

#[async_trait]
trait Implementation: Send + Sync {
    async fn add(&self, total: &mut u64);
}

struct Adder(u64);

#[async_trait]
impl Implementation for Adder {
    async fn add(&self, total: &mut u64) {
        *total += self.0;
    }
}

/// A call in which each implementation adds to a total.
pub(crate) fn add(numbers: impl Iterator<Item = u64>) -> impl FnMut() -> u64 {
    let list: Vec<Box<dyn Implementation>> =
        numbers.map(|number| Box::new(Adder(number)) as Box<dyn Implementation>).collect();
    let mut total = Box::new(0);
    move || {
        pollster::block_on(async {
            *total = 0;
            for implementation in black_box(&list) {
                implementation.add(&mut total).await;
            }
            *total
        })
    }
}
