//! Whether standard output was closed when the program started, as `>&-` leaves it.
//!
//! Before `main`, the standard library opens `/dev/null` in the place of a closed stream, so that no file gets its number.
//! What is printed then vanishes without an error. Only code that runs before it can see the difference.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether nothing printed can reach anybody, as far as the system lets that be known.
pub(super) fn stdout_was_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

#[cfg(all(unix, not(miri)))]
#[expect(unsafe_code, reason = "a function that the loader calls before the standard library starts")]
mod at_start {
    use super::{CLOSED, Ordering};
    use std::ffi::c_int;

    const STDOUT: c_int = 1;
    /// The same on every Unix.
    const F_GETFD: c_int = 1;

    unsafe extern "C" {
        fn fcntl(file: c_int, command: c_int, ...) -> c_int;
    }

    extern "C" fn look() {
        // SAFETY: asking for the flags of a number that is no open file fails with an error, and does nothing else.
        let flags = unsafe { fcntl(STDOUT, F_GETFD) };
        CLOSED.store(flags == -1, Ordering::Relaxed);
    }

    // SAFETY: the sections hold pointers to functions without a result, which the loader calls once. The function needs
    // nothing that the standard library would have to set up.
    #[used]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
    static LOOK: extern "C" fn() = look;
}
