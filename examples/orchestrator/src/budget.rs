//! What the run has cost so far, and the thresholds that it has crossed.

use bernstein_hooks::Usd;

/// The money of a run: how much there is, how much of it is spent, and at which amounts someone
/// wants to know.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    limit: Option<Usd>,
    /// Ascending, each once, none of nothing.
    thresholds: Vec<Usd>,
    crossed: usize,
    spent: Usd,
}

impl Budget {
    /// A budget of `limit`, or without one, that tells when those percentages of it are spent. A
    /// limit of nothing counts as none, and without a limit there are no thresholds.
    #[must_use]
    pub fn new(limit: Option<Usd>, percentages: &[u32]) -> Self {
        let limit = limit.filter(|limit| !limit.is_zero());
        let mut thresholds: Vec<Usd> = limit
            .iter()
            .flat_map(|limit| percentages.iter().map(|&percentage| limit.percent(percentage)))
            .filter(|threshold| !threshold.is_zero())
            .collect();
        thresholds.sort_unstable();
        thresholds.dedup();
        Self { limit, thresholds, crossed: 0, spent: Usd::ZERO }
    }

    /// Counts `cost`, and gives the thresholds that it has carried the sum to or over: ascending,
    /// and each only once in the life of the budget.
    pub(crate) fn spend(&mut self, cost: Usd) -> &[Usd] {
        self.spent = self.spent.saturating_add(cost);
        let before = self.crossed;
        self.crossed += self.thresholds[before..]
            .iter()
            .take_while(|threshold| **threshold <= self.spent)
            .count();
        &self.thresholds[before..self.crossed]
    }

    /// What was spent so far.
    #[must_use]
    pub fn spent(&self) -> Usd {
        self.spent
    }

    /// How much there is; `None` if there is no limit.
    #[must_use]
    pub fn limit(&self) -> Option<Usd> {
        self.limit
    }

    /// The amounts at which someone wants to know, ascending.
    #[must_use]
    pub fn thresholds(&self) -> &[Usd] {
        &self.thresholds
    }

    /// Those of them that were reached.
    #[must_use]
    pub fn crossed(&self) -> &[Usd] {
        &self.thresholds[..self.crossed]
    }

    /// True when all of it is spent.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.limit.is_some_and(|limit| limit <= self.spent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten_dollars() -> Budget {
        Budget::new(Some(Usd::from_cents(1_000)), &[50, 80, 100])
    }

    #[test]
    fn a_threshold_is_crossed_when_it_is_reached() {
        let mut budget = ten_dollars();
        assert_eq!(budget.spend(Usd::from_cents(499)), []);
        assert_eq!(budget.spend(Usd::from_cents(1)), [Usd::from_cents(500)]);
        assert_eq!(budget.spend(Usd::from_cents(1)), []);
    }

    #[test]
    fn a_jump_crosses_every_threshold_in_its_way_ascending() {
        let mut budget = Budget::new(Some(Usd::from_cents(1_000)), &[100, 50, 80, 50]);
        assert_eq!(budget.spend(Usd::from_cents(2_000)), [500, 800, 1_000].map(Usd::from_cents));
        assert_eq!(budget.spend(Usd::from_cents(2_000)), []);
    }

    #[test]
    fn a_budget_is_exhausted_when_the_last_of_it_is_spent() {
        let mut budget = ten_dollars();
        budget.spend(Usd::from_cents(999));
        assert!(!budget.is_exhausted());
        budget.spend(Usd::from_cents(1));
        assert!(budget.is_exhausted());
    }

    #[test]
    fn a_budget_of_nothing_has_no_limit() {
        let mut budget = Budget::new(Some(Usd::ZERO), &[50, 100]);
        assert_eq!(budget.spend(Usd::from_cents(1)), []);
        assert!(!budget.is_exhausted());
    }

    #[test]
    fn a_percentage_that_rounds_to_nothing_is_no_threshold() {
        let mut budget = Budget::new(Some(Usd::from_micros(1)), &[50, 100]);
        assert_eq!(budget.spend(Usd::ZERO), []);
        assert_eq!(budget.spend(Usd::from_micros(1)), [Usd::from_micros(1)]);
    }
}
