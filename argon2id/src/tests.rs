//! Tests against the RFC's test vector and the `argon2` crate.

use argon2::{Algorithm, Argon2, Params, Version};

use crate::{Cost, Input, Memory, derive};

fn ours(cost: Cost, input: Input<'_>, length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    derive(cost, input, &mut Memory::keeping(0), &mut out).map(|()| out)
}

fn theirs(cost: Cost, input: Input<'_>, length: usize) -> Vec<u8> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(length)).unwrap();
    let mut out = vec![0; length];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(input.password, input.salt, &mut out).unwrap();
    out
}

/// SplitMix64: the same numbers in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn bytes(&mut self, length: u64) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}

#[test]
fn the_vector_of_rfc_9106_comes_out() {
    // Section 5.3.
    let input = Input { password: &[1; 32], salt: &[2; 16], key: &[3; 8], data: &[4; 12] };
    let expected = [
        0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0, 0x1e,
        0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
    ];
    assert_eq!(ours(Cost { memory: 32, passes: 3, lanes: 4 }, input, 32).unwrap(), expected);
}

#[test]
fn whatever_is_hashed_the_argon2_crate_says_the_same() {
    let mut draw = Draw(1);
    for round in 0..2000 {
        let lanes = 1 + draw.below(4) as u32;
        let cost = Cost { memory: 8 * lanes + draw.below(600) as u32, passes: 1 + draw.below(4) as u32, lanes };
        let (password, salt) = (draw.below(200), 8 + draw.below(40));
        let (password, salt) = (draw.bytes(password), draw.bytes(salt));
        let input = Input { password: &password, salt: &salt, ..Input::default() };
        let length = 4 + draw.below(200) as usize;
        assert_eq!(
            ours(cost, input, length).unwrap(),
            theirs(cost, input, length),
            "round {round}: {cost:?}, {length}"
        );
    }
}

#[test]
fn memory_that_was_used_for_a_larger_hash_leaves_no_trace_in_the_next() {
    let input = Input { password: b"password", salt: b"somesalt", ..Input::default() };
    let mut memory = Memory::keeping(1000);
    for (memory_cost, lanes) in [(1000, 1), (64, 4), (8, 1), (640, 2)] {
        let cost = Cost { memory: memory_cost, passes: 2, lanes };
        let mut out = [0; 32];
        derive(cost, input, &mut memory, &mut out).unwrap();
        assert_eq!(out.as_slice(), theirs(cost, input, 32), "{cost:?}");
    }
}

#[test]
fn what_is_larger_than_what_is_kept_is_let_go() {
    let input = Input { password: b"password", salt: b"somesalt", ..Input::default() };
    let mut memory = Memory::keeping(64);
    for (cost, held) in [(32, 32), (64, 64), (8, 64), (640, 0), (64, 64), (65, 64), (68, 0)] {
        derive(Cost { memory: cost, passes: 1, lanes: 1 }, input, &mut memory, &mut [0; 32]).unwrap();
        assert_eq!(memory.held(), held, "after {cost}");
    }
}

#[test]
fn costs_that_the_rfc_does_not_know_are_refused() {
    for (memory, passes, lanes) in [(0, 1, 1), (7, 1, 1), (15, 1, 2), (8, 0, 1), (8, 1, 0), (u32::MAX, 1, u32::MAX)] {
        assert_eq!(ours(Cost { memory, passes, lanes }, Input::default(), 32), None, "{memory} {passes} {lanes}");
    }
    assert_eq!(ours(Cost { memory: 8, passes: 1, lanes: 1 }, Input::default(), 3), None);
}
