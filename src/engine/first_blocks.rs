//! What the first blocks of a run handed out to its pilot, kept so that the run need not simulate them a second time.

use super::blocks::Block;
use crate::kernel::{Column, Operand};
use crate::program::Sink;
use crate::stats::{Deferred, LedgerColumns};

/// Bytes that are kept at most. A model that hands out more simulates its first blocks twice, which costs a long run nothing
/// that shows.
const MOST_BYTES: u64 = 1 << 26;

/// Columns that a ceiling of a step is told of at most: wanted, delivered, the ceiling, what is deferred.
const COLUMNS_OF_A_CEILING: u64 = 4;

/// Blocks as they were handed out, by their number; none of one that was not kept.
#[derive(Clone, Debug, Default)]
pub(super) struct FirstBlocks(Vec<Option<KeptBlock>>);

/// All that a block handed out, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptBlock {
    handed: Vec<Handed>,
    /// The columns of all of these, one after the other.
    columns: Vec<Column>,
}

#[derive(Clone, Debug)]
enum Handed {
    /// A row, whose column is next.
    Row(usize),
    Ceiling {
        constraint: usize,
        step: usize,
        wanted: Kept,
        delivered: Kept,
        ceiling: Kept,
        /// The share of what is unmet that is asked for again; where it is none, amounts.
        share: Option<f64>,
        amounts: Kept,
    },
}

/// An operand whose column, if it has one, is next.
#[derive(Clone, Copy, Debug)]
enum Kept {
    Column,
    Scalar(f64),
}

/// How many of `blocks` blocks are worth keeping for a program that records so many rows and accounts for so many ceilings, a
/// step each: all or none.
pub(super) fn worth_keeping(blocks: u64, rows: usize, ceilings: usize) -> u64 {
    if bytes(blocks, rows, ceilings) <= MOST_BYTES { blocks } else { 0 }
}

/// An upper estimate of the bytes of so many blocks.
pub(super) fn bytes(blocks: u64, rows: usize, ceilings: usize) -> u64 {
    let columns = (rows as u64).saturating_add(COLUMNS_OF_A_CEILING.saturating_mul(ceilings as u64));
    columns.saturating_mul(blocks).saturating_mul(size_of::<Column>() as u64)
}

impl FirstBlocks {
    /// What was kept, block by block.
    pub(super) fn new(kept: impl IntoIterator<Item = (u64, KeptBlock)>) -> FirstBlocks {
        let mut blocks: Vec<Option<KeptBlock>> = Vec::new();
        for (number, block) in kept {
            let number = number as usize;
            blocks.resize(blocks.len().max(number + 1), None);
            blocks[number] = Some(block);
        }
        FirstBlocks(blocks)
    }

    /// What a block handed out, if it was kept. Its columns are those of a whole block, of which a short one has the first
    /// paths: independent paths are the same in a run of any length.
    pub(super) fn of(&self, block: Block) -> Option<&KeptBlock> {
        self.0.get(usize::try_from(block.index).ok()?)?.as_ref()
    }
}

impl KeptBlock {
    /// Hands out again what was kept.
    pub(super) fn hand_out(&self, sink: &mut dyn Sink) {
        let mut columns = self.columns.iter();
        let mut column = || columns.next().expect("every column was kept");
        for handed in &self.handed {
            match *handed {
                Handed::Row(row) => sink.row(row, column()),
                Handed::Ceiling { constraint, step, wanted, delivered, ceiling, share, amounts } => {
                    let mut operand = |kept: Kept| match kept {
                        Kept::Column => Operand::Column(column()),
                        Kept::Scalar(x) => Operand::Scalar(x),
                    };
                    let (wanted, delivered, ceiling) = (operand(wanted), operand(delivered), operand(ceiling));
                    let amounts = operand(amounts);
                    let deferred = share.map_or(Deferred::Amounts(amounts), Deferred::Share);
                    sink.account(constraint, step, &LedgerColumns { wanted, delivered, ceiling, deferred });
                }
            }
        }
    }

    fn keep(&mut self, operand: Operand<'_>) -> Kept {
        match operand {
            Operand::Column(column) => {
                self.columns.push(*column);
                Kept::Column
            }
            Operand::Scalar(x) => Kept::Scalar(x),
        }
    }
}

impl Sink for KeptBlock {
    fn row(&mut self, row: usize, column: &Column) {
        self.columns.push(*column);
        self.handed.push(Handed::Row(row));
    }

    fn account(&mut self, constraint: usize, step: usize, columns: &LedgerColumns<'_>) {
        let wanted = self.keep(columns.wanted);
        let delivered = self.keep(columns.delivered);
        let ceiling = self.keep(columns.ceiling);
        let (share, amounts) = match columns.deferred {
            Deferred::Share(share) => (Some(share), Kept::Scalar(0.0)),
            Deferred::Amounts(amounts) => (None, self.keep(amounts)),
        };
        self.handed.push(Handed::Ceiling { constraint, step, wanted, delivered, ceiling, share, amounts });
    }
}

/// Keeps the blocks of a number below `until` while a thread runs them.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    until: u64,
    /// Whether the block at hand is kept: the last of these.
    keeps: bool,
    kept: Vec<(u64, KeptBlock)>,
}

impl Keeper {
    /// A keeper of the first so many blocks.
    pub(super) fn until(until: u64) -> Keeper {
        Keeper { until, ..Keeper::default() }
    }

    /// The blocks with their numbers.
    pub(super) fn into_kept(self) -> Vec<(u64, KeptBlock)> {
        self.kept
    }

    /// A block begins.
    pub(super) fn begin(&mut self, block: Block) {
        self.keeps = block.index < self.until;
        if self.keeps {
            // All blocks of a program hand out as much.
            let columns = self.kept.last().map_or(0, |(_, before)| before.columns.len());
            self.kept.push((block.index, KeptBlock { columns: Vec::with_capacity(columns), ..KeptBlock::default() }));
        }
    }

    /// The block at hand, where it is kept.
    pub(super) fn block(&mut self) -> Option<&mut KeptBlock> {
        self.kept.last_mut().filter(|_| self.keeps).map(|(_, block)| block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::blocks::Blocks;

    /// Everything that a sink is handed, with the bits of every number.
    #[derive(Debug, Default, PartialEq)]
    struct Seen(Vec<(usize, usize, Vec<u64>)>);

    impl Seen {
        fn bits(operand: Operand<'_>) -> Vec<u64> {
            match operand {
                Operand::Column(column) => column.iter().map(|x| x.to_bits()).collect(),
                Operand::Scalar(x) => vec![x.to_bits()],
            }
        }
    }

    impl Sink for Seen {
        fn row(&mut self, row: usize, column: &Column) {
            self.0.push((row, 0, Seen::bits(Operand::Column(column))));
        }

        fn account(&mut self, constraint: usize, step: usize, columns: &LedgerColumns<'_>) {
            let deferred = match columns.deferred {
                Deferred::Share(share) => vec![share.to_bits()],
                Deferred::Amounts(amounts) => [vec![1], Seen::bits(amounts)].concat(),
            };
            for bits in [columns.wanted, columns.delivered, columns.ceiling].map(Seen::bits) {
                self.0.push((constraint, step, bits));
            }
            self.0.push((constraint, step, deferred));
        }
    }

    #[test]
    fn what_was_kept_is_handed_out_in_its_order() {
        let column = |start: f64| -> Column { std::array::from_fn(|path| start + path as f64) };
        let (a, b, c, nan) = (column(1.0), column(-7.5), column(1e9), column(f64::NAN));
        let hand_out = |sink: &mut dyn Sink| {
            sink.row(3, &a);
            let [wanted, delivered] = [&b, &c].map(Operand::Column);
            let ceiling = Operand::Scalar(-0.0);
            let shared = LedgerColumns { wanted, delivered, ceiling, deferred: Deferred::Share(0.25) };
            sink.account(0, 1, &shared);
            sink.row(0, &nan);
            for amounts in [Operand::Column(&a), Operand::Scalar(2.0)] {
                sink.account(1, 2, &LedgerColumns { deferred: Deferred::Amounts(amounts), ..shared });
            }
        };
        let mut keeper = Keeper::until(2);
        for block in [0, 2, 1] {
            keeper.begin(Blocks::whole(3).block(block));
            if let Some(kept) = keeper.block() {
                hand_out(kept);
            }
        }
        let first = FirstBlocks::new(keeper.into_kept());
        let mut expected = Seen::default();
        hand_out(&mut expected);
        for block in 0..2 {
            let mut seen = Seen::default();
            first.of(Blocks::whole(3).block(block)).expect("kept").hand_out(&mut seen);
            assert_eq!(seen, expected);
        }
        assert!(first.of(Blocks::whole(3).block(2)).is_none());
    }

    #[test]
    fn what_is_too_much_is_not_kept() {
        assert_eq!(worth_keeping(8, 200, 24), 8);
        assert_eq!(worth_keeping(8, 2000, 0), 8);
        assert_eq!(worth_keeping(8, 2100, 0), 0);
        assert_eq!(worth_keeping(8, usize::MAX, usize::MAX), 0);
    }
}
