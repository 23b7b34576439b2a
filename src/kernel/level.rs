//! The instruction sets that a kernel runs on, and the macro that compiles one body for each of them.

use std::sync::OnceLock;

/// The instruction set of a kernel call. It changes the time that a call takes, never a bit of what it returns.
///
/// A vector level carries a token that only [`Level::available`] can make, so that holding the level proves that the
/// machine has the instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What the target guarantees.
    Portable,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2(Detected),
    /// AVX-512 F, DQ, VL and BW.
    #[cfg(target_arch = "x86_64")]
    Avx512(Detected),
}

/// Proof that this machine was asked for an instruction set and has it.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected(());

impl Level {
    /// The level to use: the highest one of this machine, or the one that the environment variable `RISKBAND_SIMD`
    /// names (`portable`, `avx2`, `avx512`), if the machine has it. Looked up once per process.
    pub fn detect() -> Level {
        static DETECTED: OnceLock<Level> = OnceLock::new();
        *DETECTED.get_or_init(|| choose(std::env::var("RISKBAND_SIMD").ok().as_deref(), &Level::available()))
    }

    /// All levels of this machine, lowest first.
    pub fn available() -> Vec<Level> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut))]
        let mut levels = vec![Level::Portable];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            levels.push(Level::Avx2(Detected(())));
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
            {
                levels.push(Level::Avx512(Detected(())));
            }
        }
        levels
    }

    /// Its name in `RISKBAND_SIMD`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(_) => "avx512",
        }
    }
}

/// The level called `wanted`, else the highest; a wish that cannot be met is no error, since no result depends on it.
fn choose(wanted: Option<&str>, available: &[Level]) -> Level {
    let named = available.iter().find(|level| Some(level.name()) == wanted);
    named.or(available.last()).copied().unwrap_or(Level::Portable)
}

/// Compiles one function body for each level and chooses among them by a leading `level` argument.
///
/// The body is inlined into a function of each instruction set, where LLVM vectorises its loops; what it calls must be
/// `#[inline(always)]` to be compiled along with it.
macro_rules! at_each_level {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$attribute])*
        $visibility fn $name(level: $crate::kernel::Level, $($argument: $type),*) {
            #[inline(always)]
            fn body($($argument: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2($($argument: $type),*) {
                body($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
            fn avx512($($argument: $type),*) {
                body($($argument),*)
            }

            #[allow(unsafe_code)]
            match level {
                $crate::kernel::Level::Portable => body($($argument),*),
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the token in the level was made after AVX2 was found on this machine.
                $crate::kernel::Level::Avx2(_) => unsafe { avx2($($argument),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the token in the level was made after AVX-512 F, DQ, VL and BW were found on this machine.
                $crate::kernel::Level::Avx512(_) => unsafe { avx512($($argument),*) },
            }
        }
    };
}
pub(crate) use at_each_level;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_is_always_there_and_lowest() {
        assert_eq!(Level::available()[0], Level::Portable);
    }

    #[test]
    fn a_wish_is_met_where_the_machine_can_and_ignored_elsewhere() {
        let available = Level::available();
        let highest = *available.last().expect("portable is there");
        for &level in &available {
            assert_eq!(choose(Some(level.name()), &available), level);
        }
        assert_eq!(choose(None, &available), highest);
        assert_eq!(choose(Some("neon"), &available), highest);
        assert_eq!(choose(Some("avx512"), &[Level::Portable]), Level::Portable);
    }
}
