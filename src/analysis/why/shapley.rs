//! Shapley values: the average effect of each change over the orders in which all can be made.
//!
//! Shapley (1953), "A value for n-person games", doi:10.1515/9781400881970-018; sampled orders after Castro, Gomez and
//! Tejada (2009), "Polynomial calculation of the Shapley value based on sampling", doi:10.1016/j.cor.2008.04.004.

use std::collections::BTreeSet;

/// A subset of the changes, bit i for change i.
pub(super) type Subset = u64;

/// Changes up to which every combination is run.
pub(super) const EXACT: usize = 6;
/// Pairs of an order and its reverse that are sampled beyond.
const PAIRS: usize = 12;

/// Which combinations are needed, and what each contributes to the parts.
#[derive(Debug)]
pub(super) struct Design {
    changes: usize,
    orders: Orders,
}

#[derive(Debug)]
enum Orders {
    All,
    /// Each followed by its reverse.
    Sampled(Vec<Vec<usize>>),
}

impl Design {
    /// All orders of few changes, sampled ones of many; the seed decides which.
    pub(super) fn new(changes: usize, seed: u64) -> Design {
        if changes <= EXACT {
            return Design { changes, orders: Orders::All };
        }
        let mut state = seed;
        let mut orders = Vec::with_capacity(2 * PAIRS);
        for _ in 0..PAIRS {
            let mut order: Vec<usize> = (0..changes).collect();
            for last in (1..changes).rev() {
                order.swap(last, (splitmix(&mut state) % (last as u64 + 1)) as usize);
            }
            let reverse = order.iter().rev().copied().collect();
            orders.extend([order, reverse]);
        }
        Design { changes, orders: Orders::Sampled(orders) }
    }

    /// The combinations to run, in ascending order: the empty one first, all changes last, each alone and each left out among
    /// them.
    pub(super) fn subsets(&self) -> Vec<Subset> {
        match &self.orders {
            Orders::All => (0..1 << self.changes).collect(),
            Orders::Sampled(orders) => {
                let mut subsets = BTreeSet::from([0, self.all()]);
                for change in 0..self.changes {
                    subsets.extend([1 << change, self.all() & !(1 << change)]);
                }
                for order in orders {
                    let mut subset = 0;
                    for change in order {
                        subset |= 1 << change;
                        subsets.insert(subset);
                    }
                }
                subsets.into_iter().collect()
            }
        }
    }

    /// All changes.
    pub(super) fn all(&self) -> Subset {
        (1 << self.changes) - 1
    }

    /// Whether every order counts.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.orders, Orders::All)
    }

    /// The part of a change as a sum over `subsets()`, their weights in its order.
    pub(super) fn weights(&self, change: usize) -> Vec<f64> {
        let own: Subset = 1 << change;
        let mut weights: Vec<f64> = vec![0.0; self.subsets().len()];
        match &self.orders {
            Orders::All => {
                for (subset, weight) in weights.iter_mut().enumerate() {
                    let others = (subset as Subset & !own).count_ones() as usize;
                    let share = 1.0 / (self.changes as f64 * binomial(self.changes - 1, others));
                    *weight = if subset as Subset & own != 0 { share } else { -share };
                }
            }
            Orders::Sampled(orders) => {
                let subsets = self.subsets();
                let place = |subset: Subset| subsets.binary_search(&subset).expect("prefixes are among them");
                for order in orders {
                    let before = prefix(order, change);
                    weights[place(before | own)] += 1.0 / orders.len() as f64;
                    weights[place(before)] -= 1.0 / orders.len() as f64;
                }
            }
        }
        weights
    }

    /// Standard error of a part by the sampling of orders, given the value of every subset; 0 where all of them count.
    ///
    /// An order and its reverse are one draw.
    pub(super) fn sampling_error(&self, change: usize, value: &dyn Fn(Subset) -> f64) -> f64 {
        let Orders::Sampled(orders) = &self.orders else { return 0.0 };
        let effect = |order: &Vec<usize>| {
            let before = prefix(order, change);
            value(before | 1 << change) - value(before)
        };
        let pairs: Vec<f64> = orders.chunks(2).map(|pair| (effect(&pair[0]) + effect(&pair[1])) / 2.0).collect();
        let n = pairs.len() as f64;
        let mean = pairs.iter().sum::<f64>() / n;
        let square: f64 = pairs.iter().map(|pair| (pair - mean) * (pair - mean)).sum();
        (square / (n - 1.0) / n).sqrt()
    }
}

/// What stands before a change in an order.
fn prefix(order: &[usize], change: usize) -> Subset {
    order.iter().take_while(|&&other| other != change).map(|other| 1 << other).sum()
}

fn binomial(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

/// Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", doi:10.1145/2714064.2660195.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(design: &Design, change: usize, value: &dyn Fn(Subset) -> f64) -> f64 {
        design.weights(change).iter().zip(design.subsets()).map(|(weight, subset)| weight * value(subset)).sum()
    }

    #[test]
    fn an_additive_game_gives_each_its_own() {
        for changes in [1, 4, 9] {
            let design = Design::new(changes, 1);
            let value = |subset: Subset| (0..changes).filter(|i| subset >> i & 1 == 1).map(|i| (i + 1) as f64).sum();
            for change in 0..changes {
                assert!((part(&design, change, &value) - (change + 1) as f64).abs() < 1e-12);
                assert!(design.sampling_error(change, &value) < 1e-12);
            }
        }
    }

    #[test]
    fn a_product_is_split_half_and_half() {
        // v = 2 * 5 - 1 * 3: first-in effects are 3 and 2, the rest of the move is shared.
        let factors =
            |subset: Subset| if subset & 1 == 1 { 2.0 } else { 1.0 } * if subset & 2 == 2 { 5.0 } else { 3.0 };
        let design = Design::new(2, 1);
        assert_eq!(part(&design, 0, &factors), 4.0);
        assert_eq!(part(&design, 1, &factors), 3.0);
    }

    #[test]
    fn sampled_orders_add_up_and_err_as_they_say() {
        // The share of a unanimity game among eight: 1/8 each, one order in eight makes it.
        let changes = 8;
        let value = |subset: Subset| f64::from(u8::from(subset == (1 << changes) - 1));
        let mut within = 0;
        for seed in 0..200 {
            let design = Design::new(changes, seed);
            let parts: Vec<f64> = (0..changes).map(|change| part(&design, change, &value)).collect();
            assert!((parts.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let error = design.sampling_error(0, &value);
            within += u32::from((parts[0] - 0.125).abs() <= 2.6 * error.max(0.07));
        }
        assert!(within >= 190, "{within} of 200");
    }
}
