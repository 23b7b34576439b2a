//! The keyed mixer that turns a stream's key and a block's number into generator states.

/// Threefry-4x64 with 20 rounds: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw (2011), Parallel random numbers:
/// as easy as 1, 2, 3, SC '11, doi:10.1145/2063384.2063405.
///
/// It is the block cipher Threefish with fewer rounds and no tweak. Twelve rounds pass every statistical test that its
/// authors tried; twenty are their choice for a margin of safety. For one key, different counters give different words.
#[inline(always)]
pub(super) fn threefry(key: &[u64; 4], counter: [u64; 4]) -> [u64; 4] {
    const PARITY: u64 = 0x1BD1_1BDA_A9FC_1A22;
    let schedule = [key[0], key[1], key[2], key[3], PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]];

    let mut x = inject(counter, &schedule, 0);
    x = inject(four_rounds(x, [[14, 16], [52, 57], [23, 40], [5, 37]]), &schedule, 1);
    x = inject(four_rounds(x, [[25, 33], [46, 12], [58, 22], [32, 32]]), &schedule, 2);
    x = inject(four_rounds(x, [[14, 16], [52, 57], [23, 40], [5, 37]]), &schedule, 3);
    x = inject(four_rounds(x, [[25, 33], [46, 12], [58, 22], [32, 32]]), &schedule, 4);
    inject(four_rounds(x, [[14, 16], [52, 57], [23, 40], [5, 37]]), &schedule, 5)
}

/// Adds the key, rotated by one word more each time, and the number of the injection.
#[inline(always)]
fn inject(x: [u64; 4], schedule: &[u64; 5], number: usize) -> [u64; 4] {
    let [a, b, c, d] = std::array::from_fn(|i| x[i].wrapping_add(schedule[(number + i) % 5]));
    [a, b, c, d.wrapping_add(number as u64)]
}

/// Two mixes a round; the second word of each pair changes sides after every round.
#[inline(always)]
fn four_rounds([a, b, c, d]: [u64; 4], rotations: [[u32; 2]; 4]) -> [u64; 4] {
    let (mut x, mut y) = ([a, c], [b, d]);
    for rotation in rotations {
        for i in 0..2 {
            x[i] = x[i].wrapping_add(y[i]);
            y[i] = y[i].rotate_left(rotation[i]) ^ x[i];
        }
        y.swap(0, 1);
    }
    [x[0], y[0], x[1], y[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that the authors publish with their code (Random123, `kat_vectors`): zeros, ones, digits of pi.
    #[test]
    fn matches_the_published_known_answers() {
        assert_eq!(
            threefry(&[0; 4], [0; 4]),
            [0x0921_8ebd_e6c8_5537, 0x5594_1f52_66d8_6105, 0x4bd2_5e16_2824_34dc, 0xee29_ec84_6bd2_e40b]
        );
        assert_eq!(
            threefry(&[u64::MAX; 4], [u64::MAX; 4]),
            [0x29c2_4097_942b_ba1b, 0x0371_bbfb_0f6f_4e11, 0x3c23_1ffa_33f8_3a1c, 0xcd29_113f_de32_d168]
        );
        assert_eq!(
            threefry(
                &[0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c, 0xbe54_66cf_34e9_0c6c, 0xc0ac_29b7_c97c_50dd],
                [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89]
            ),
            [0xa7e8_fde5_9165_1bd9, 0xbaaf_d0c3_0138_319b, 0x84a5_c1a7_29e6_85b9, 0x901d_406c_cebc_1ba4]
        );
    }
}
