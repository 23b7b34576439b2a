//! States of accumulators as bytes: what a part of a run keeps in a file.
//!
//! Only what was seen is written. Everything that was fixed before the run (centres, bins, thresholds) comes from its pilot,
//! so a state is read into a fresh accumulator that was made for the same run. That makes a file small, and keeps it from
//! saying how much memory to take: no length is read from it.

use thiserror::Error;

/// A state that can be written as bytes and read again, bit for bit.
pub trait Stored {
    /// Appends the state.
    fn store(&self, to: &mut StateWriter);

    /// Takes in a stored state in the place of this one, which must be fresh and made alike: from the same pilot for the
    /// same options.
    ///
    /// # Errors
    ///
    /// When the bytes are those of no such state; it is then of no use.
    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed>;
}

/// Bytes that are those of no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

impl Malformed {
    /// Requires what holds of every state.
    ///
    /// # Errors
    ///
    /// The complaint, where it does not hold.
    pub fn unless(holds: bool, complaint: &'static str) -> Result<(), Malformed> {
        if holds { Ok(()) } else { Err(Malformed(complaint)) }
    }
}

/// Collects the bytes of states.
#[derive(Clone, Debug, Default)]
pub struct StateWriter(Vec<u8>);

impl StateWriter {
    /// Nothing yet.
    pub fn new() -> Self {
        StateWriter::default()
    }

    /// Everything that was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Appends a whole number: LEB128, seven bits a byte, the lowest first, the top bit set in all but the last byte.
    pub fn count(&mut self, mut count: u64) {
        while count >= 0x80 {
            self.0.push(count as u8 | 0x80);
            count >>= 7;
        }
        self.0.push(count as u8);
    }

    /// Appends a number of either sign: 0, -1, 1, -2, ... are the counts 0, 1, 2, 3, ...
    pub fn signed(&mut self, number: i32) {
        self.count(u64::from((number << 1 ^ number >> 31) as u32));
    }

    /// Appends a float: its 64 bits, the lowest byte first.
    pub fn float(&mut self, x: f64) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    /// Appends four bytes.
    pub(super) fn word(&mut self, word: u32) {
        self.0.extend_from_slice(&word.to_le_bytes());
    }

    /// Appends 0 for nothing, or the number and 1.
    pub fn optional(&mut self, count: Option<u64>) {
        self.count(u64::from(count.is_some()));
        if let Some(count) = count {
            self.count(count);
        }
    }

    /// Appends counts, of which most may be 0: a run of zeros is a 0 and the length of the run.
    pub fn counts(&mut self, counts: &[u64]) {
        for run in counts.chunk_by(|a, b| *a == 0 && *b == 0) {
            self.count(run[0]);
            if run[0] == 0 {
                self.count(run.len() as u64);
            }
        }
    }
}

/// Reads states, one after the other.
#[derive(Clone, Debug)]
pub struct StateReader<'b> {
    bytes: &'b [u8],
    paths: u64,
}

const CUT: Malformed = Malformed("it ends too early");

impl<'b> StateReader<'b> {
    /// Reads states that have seen so many paths, which no count of theirs is above.
    pub fn new(bytes: &'b [u8], paths: u64) -> Self {
        StateReader { bytes, paths }
    }

    /// Paths that the states have seen.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// Makes sure that nothing is left.
    ///
    /// # Errors
    ///
    /// When there is.
    pub fn finish(self) -> Result<(), Malformed> {
        Malformed::unless(self.bytes.is_empty(), "it goes on after its end")
    }

    /// A whole number, whatever it counts.
    ///
    /// # Errors
    ///
    /// When the bytes end, or say more than 64 bits.
    pub fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.bytes.split_first().ok_or(CUT)?;
            self.bytes = rest;
            let bits = u64::from(byte & 0x7f);
            Malformed::unless(bits << shift >> shift == bits, "a number is above 64 bits")?;
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Malformed("a number is above 64 bits"))
    }

    /// A count of paths.
    ///
    /// # Errors
    ///
    /// Those of [`number`](Self::number), and when there are not so many paths.
    pub fn count(&mut self) -> Result<u64, Malformed> {
        let count = self.number()?;
        Malformed::unless(count <= self.paths, "it counts more paths than there are")?;
        Ok(count)
    }

    /// A number of either sign.
    ///
    /// # Errors
    ///
    /// Those of [`number`](Self::number), and beyond 32 bits.
    pub fn signed(&mut self) -> Result<i32, Malformed> {
        let number = u32::try_from(self.number()?).map_err(|_| Malformed("a number is above 32 bits"))?;
        Ok((number >> 1) as i32 ^ -((number & 1) as i32))
    }

    /// A float.
    ///
    /// # Errors
    ///
    /// When the bytes end.
    pub fn float(&mut self) -> Result<f64, Malformed> {
        self.array().map(f64::from_le_bytes)
    }

    pub(super) fn word(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number that need not be there.
    ///
    /// # Errors
    ///
    /// Those of [`number`](Self::number).
    pub fn optional(&mut self) -> Result<Option<u64>, Malformed> {
        match self.number()? {
            0 => Ok(None),
            1 => self.number().map(Some),
            _ => Err(Malformed("it neither has a number nor has none")),
        }
    }

    /// Fills in counts of paths, each path in one of them at most, and returns their sum.
    ///
    /// # Errors
    ///
    /// When the bytes end, a run of zeros is longer than what is left to fill in, or there are more paths than were seen.
    pub fn counts(&mut self, counts: &mut [u64]) -> Result<u64, Malformed> {
        let (mut at, mut sum) = (0, 0u64);
        while at < counts.len() {
            let count = self.count()?;
            if count == 0 {
                let run = self.number()?;
                Malformed::unless(run > 0 && run <= (counts.len() - at) as u64, "a run of zeros is too long")?;
                counts[at..][..run as usize].fill(0);
                at += run as usize;
            } else {
                counts[at] = count;
                sum = sum.saturating_add(count);
                at += 1;
            }
        }
        Malformed::unless(sum <= self.paths, "it counts more paths than there are")?;
        Ok(sum)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or(CUT)?;
        self.bytes = rest;
        Ok(*array)
    }
}

impl<S: Stored> Stored for [S] {
    fn store(&self, to: &mut StateWriter) {
        self.iter().for_each(|state| state.store(to));
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), Malformed> {
        self.iter_mut().try_for_each(|state| state.restore(from))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The bytes of a state.
    pub(in crate::stats) fn stored(state: &impl Stored) -> Vec<u8> {
        let mut writer = StateWriter::new();
        state.store(&mut writer);
        writer.into_bytes()
    }

    /// The state read into a fresh one, as of so many paths. All bytes must be used, and writing it again gives the same.
    pub(in crate::stats) fn restored<S: Stored>(state: &S, mut fresh: S, paths: u64) -> S {
        let bytes = stored(state);
        let mut reader = StateReader::new(&bytes, paths);
        fresh.restore(&mut reader).expect("a state that was just written");
        reader.finish().expect("nothing is left");
        assert_eq!(stored(&fresh), bytes);
        fresh
    }

    proptest! {
        #[test]
        fn numbers_come_back(count in any::<u64>(), small in any::<u8>(), signed in any::<i32>(), bits in any::<u64>()) {
            let mut writer = StateWriter::new();
            writer.count(count);
            writer.count(u64::from(small));
            writer.signed(signed);
            writer.float(f64::from_bits(bits));
            writer.optional(None);
            writer.optional(Some(count));
            let bytes = writer.into_bytes();
            let mut reader = StateReader::new(&bytes, 255);
            prop_assert_eq!(reader.number(), Ok(count));
            prop_assert_eq!(reader.count(), Ok(u64::from(small)));
            prop_assert_eq!(reader.signed(), Ok(signed));
            prop_assert_eq!(reader.float().map(f64::to_bits), Ok(bits));
            prop_assert_eq!((reader.optional(), reader.optional()), (Ok(None), Ok(Some(count))));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn runs_of_zeros_come_back(counts in prop::collection::vec(prop_oneof![4 => Just(0u64), 1 => 0..300u64], 0..200)) {
            let mut writer = StateWriter::new();
            writer.counts(&counts);
            let bytes = writer.into_bytes();
            let mut found = vec![7; counts.len()];
            let sum = counts.iter().sum();
            prop_assert_eq!(StateReader::new(&bytes, sum).counts(&mut found), Ok(sum));
            prop_assert_eq!(&found, &counts);
            if sum > 0 {
                prop_assert!(StateReader::new(&bytes, sum - 1).counts(&mut found).is_err());
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = StateReader::new(&bytes, 1000);
            let _ = reader.counts(&mut [0; 50]).and_then(|_| reader.optional()).and_then(|_| reader.signed());
        }
    }

    #[test]
    fn what_is_too_long_or_cut_is_refused() {
        let refused = |bytes: &[u8], paths: u64| StateReader::new(bytes, paths).number().is_err();
        assert!(refused(&[], 1) && refused(&[0x80], 1));
        assert!(!refused(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 1), "2^64 - 1");
        assert!(refused(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], 1));
        assert!(StateReader::new(&[9], 8).count().is_err());
        assert!(StateReader::new(&[0, 4], 8).counts(&mut [0; 3]).is_err());
        assert!(StateReader::new(&[0, 0], 8).counts(&mut [0; 3]).is_err(), "a run of none would never end");
    }
}
