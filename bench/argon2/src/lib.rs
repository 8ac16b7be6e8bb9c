//! Our Argon2id and the `argon2` crate side by side, to measure them and to compare their results.

use std::cell::RefCell;

use argon2::{Algorithm, Argon2, Params, Version};
use argon2id::{Cost, Input};

/// The service's parameters.
const SERVICE: Cost = Cost { memory: 19_456, passes: 2, lanes: 1 };

thread_local! {
    static OURS: RefCell<argon2id::Memory> = const { RefCell::new(argon2id::Memory::keeping(SERVICE.memory)) };
    static THEIRS: RefCell<Vec<argon2::Block>> = const { RefCell::new(Vec::new()) };
}

fn ours(cost: Cost, password: &[u8], salt: &[u8], out: &mut [u8]) {
    let input = Input { password, salt, ..Input::default() };
    OURS.with_borrow_mut(|memory| argon2id::derive(cost, input, memory, out)).unwrap();
}

fn theirs(cost: Cost, password: &[u8], salt: &[u8], out: &mut [u8]) {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(out.len())).unwrap();
    THEIRS.with_borrow_mut(|memory| {
        if memory.len() < params.block_count() {
            memory.resize(params.block_count(), argon2::Block::default());
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into_with_memory(password, salt, out, memory).unwrap();
    });
}

fn hash_number(hash: fn(Cost, &[u8], &[u8], &mut [u8]), number: u32) -> u32 {
    let mut out = [0; 32];
    hash(SERVICE, &number.to_le_bytes(), &[7; 16], &mut out);
    u32::from_le_bytes(*out.first_chunk().unwrap())
}

/// The service's hash of a password with this number, by our code; its first four bytes.
#[unsafe(no_mangle)]
pub extern "C" fn hash_ours(number: u32) -> u32 {
    hash_number(ours, number)
}

/// The same by the crate.
#[unsafe(no_mangle)]
pub extern "C" fn hash_theirs(number: u32) -> u32 {
    hash_number(theirs, number)
}

/// Whether both give the same result for the cost, password, salt and length that this number stands for.
#[unsafe(no_mangle)]
pub extern "C" fn agree(number: u64) -> bool {
    let mut drawn = number;
    // SplitMix64.
    let mut draw = |below: u64| {
        drawn = drawn.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    };
    let lanes = 1 + draw(4) as u32;
    let cost = Cost { memory: 8 * lanes + draw(1200) as u32, passes: 1 + draw(4) as u32, lanes };
    let password: Vec<u8> = (0..draw(200)).map(|_| draw(256) as u8).collect();
    let salt: Vec<u8> = (0..8 + draw(40)).map(|_| draw(256) as u8).collect();
    let mut outs = vec![vec![0; 4 + draw(200) as usize]; 2];
    let [one, other] = outs.first_chunk_mut().unwrap();
    ours(cost, &password, &salt, one);
    theirs(cost, &password, &salt, other);
    one == other
}
