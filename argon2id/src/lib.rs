//! Argon2id (RFC 9106), which fills its memory with vector instructions: a hash is most of what a sign-in costs. It is tested
//! against the `argon2` crate. Section numbers are the RFC's.

use blake2::digest::{Digest, Update, VariableOutput};
use blake2::{Blake2b512, Blake2bVar};
use zeroize::Zeroizing;

mod block;
mod pair;

use block::Block;

/// Version 0x13, and the `y` of Argon2id (3.2).
const VERSION: u32 = 0x13;
const ARGON2ID: u32 = 2;
/// Slices per pass; lanes only refer to each other's finished slices (3.4).
const SLICES: usize = 4;
/// Addresses per address block.
const ADDRESSES: usize = 128;

/// The shortest hash, in bytes (3.1).
const LENGTH_MIN: usize = 4;

/// The cost of a hash: kibibytes, passes, lanes.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
}

/// The input of a hash; Gatehouse uses neither key nor data.
#[derive(Clone, Copy, Default)]
pub struct Input<'a> {
    pub password: &'a [u8],
    pub salt: &'a [u8],
    pub key: &'a [u8],
    pub data: &'a [u8],
}

/// The memory for hashes, which are computed one after the other. It is reused, because each new allocation would have to be
/// zeroed; but above a limit it is freed, because a larger hash may be the only one of its kind.
#[derive(Debug)]
pub struct Memory {
    blocks: Vec<Block>,
    kept: usize,
}

impl Memory {
    /// Keeps at most this many kibibytes between hashes.
    pub const fn keeping(kibibytes: u32) -> Self {
        Self { blocks: Vec::new(), kept: kibibytes as usize }
    }

    /// The kibibytes currently allocated.
    pub fn held(&self) -> usize {
        self.blocks.capacity()
    }

    /// At least this many blocks, with arbitrary content. Memory that is too small is freed first, so both never exist at
    /// once.
    fn room(&mut self, blocks: usize) -> Option<&mut [Block]> {
        if self.blocks.len() < blocks {
            self.blocks = Vec::new();
            self.blocks.try_reserve_exact(blocks).ok()?;
            self.blocks.resize(blocks, Block::ZERO);
        }
        self.blocks.get_mut(..blocks)
    }

    fn let_go(&mut self) {
        if self.blocks.capacity() > self.kept {
            self.blocks = Vec::new();
        }
    }
}

/// Fills `out` with the hash. `None` if the RFC does not allow these parameters, or the allocation fails.
pub fn derive(cost: Cost, input: Input<'_>, memory: &mut Memory, out: &mut [u8]) -> Option<()> {
    let shape = Shape::of(cost).filter(|_| out.len() >= LENGTH_MIN)?;
    let seed = seed(cost, input, u32::try_from(out.len()).ok()?)?;
    let derived = memory.room(shape.lane * shape.lanes).and_then(|blocks| fill(shape, &seed, blocks, out));
    memory.let_go();
    derived
}

/// Fills the memory, pass by pass, and derives the hash from its last blocks (3.2).
fn fill(shape: Shape, seed: &[u8; 64], memory: &mut [Block], out: &mut [u8]) -> Option<()> {
    begin(shape, seed, memory)?;
    let mut scratch = Block::ZERO;
    for pass in 0..shape.passes {
        for slice in 0..SLICES {
            for lane in 0..shape.lanes {
                Segment { shape, pass, slice, lane }.fill(memory, &mut scratch)?;
            }
        }
    }
    let mut last = Block::ZERO;
    for lane in memory.chunks_exact(shape.lane) {
        last.add(lane.last()?);
    }
    long_hash(&[&last.bytes()], out)
}

/// The memory as a matrix: `lanes` rows of `lane` blocks, cut into segments.
#[derive(Clone, Copy)]
struct Shape {
    passes: usize,
    lanes: usize,
    lane: usize,
    segment: usize,
}

impl Shape {
    fn of(cost: Cost) -> Option<Self> {
        let lanes = cost.lanes as usize;
        let segment = (cost.memory as usize).checked_div(SLICES.checked_mul(lanes)?)?;
        // At least eight blocks per lane (3.1), so two per segment: otherwise the first would have no block to refer to.
        let valid = segment >= 2 && cost.passes >= 1;
        valid.then_some(Self { passes: cost.passes as usize, lanes, lane: SLICES * segment, segment })
    }
}

/// H0 (3.2). It is only one fast hash away from the password, so it is wiped.
fn seed(cost: Cost, input: Input<'_>, length: u32) -> Option<Zeroizing<[u8; 64]>> {
    let mut hash = Blake2b512::new();
    for number in [cost.lanes, length, cost.memory, cost.passes, VERSION, ARGON2ID] {
        Update::update(&mut hash, &number.to_le_bytes());
    }
    for field in [input.password, input.salt, input.key, input.data] {
        Update::update(&mut hash, &u32::try_from(field.len()).ok()?.to_le_bytes());
        Update::update(&mut hash, field);
    }
    Some(Zeroizing::new(hash.finalize().into()))
}

/// The first two blocks of every lane.
fn begin(shape: Shape, seed: &[u8; 64], memory: &mut [Block]) -> Option<()> {
    for (lane, blocks) in (0u32..).zip(memory.chunks_exact_mut(shape.lane)) {
        for (number, block) in (0u32..2).zip(blocks) {
            let mut bytes = [0; Block::SIZE];
            long_hash(&[seed, &number.to_le_bytes(), &lane.to_le_bytes()], &mut bytes)?;
            *block = Block::from_bytes(&bytes);
        }
    }
    Some(())
}

/// H' (3.3): Blake2b of any length.
fn long_hash(parts: &[&[u8]], mut out: &mut [u8]) -> Option<()> {
    let mut hash = Blake2bVar::new(out.len().min(64)).ok()?;
    hash.update(&u32::try_from(out.len()).ok()?.to_le_bytes());
    parts.iter().for_each(|part| hash.update(part));
    while out.len() > 64 {
        let mut link = [0; 64];
        hash.finalize_variable(&mut link).ok()?;
        let (now, rest) = out.split_at_mut_checked(32)?;
        now.copy_from_slice(link.get(..32)?);
        out = rest;
        hash = Blake2bVar::new(out.len().min(64)).ok()?;
        hash.update(&link);
    }
    hash.finalize_variable(out).ok()
}

/// A slice of a lane in a pass.
#[derive(Clone, Copy)]
struct Segment {
    shape: Shape,
    pass: usize,
    slice: usize,
    lane: usize,
}

impl Segment {
    fn fill(self, memory: &mut [Block], scratch: &mut Block) -> Option<()> {
        let Shape { lane, segment, .. } = self.shape;
        let (start, offset) = (self.lane * lane, self.slice * segment);
        let blind = self.pass == 0 && self.slice < SLICES / 2;
        let first = if self.pass == 0 && self.slice == 0 { 2 } else { 0 };
        let mut addresses = Block::ZERO;
        // In the first half of the first pass the memory access pattern does not depend on the password (3.4.1.3).
        let random = |addresses: &Block, previous: &Block, index| {
            if blind { addresses.word(index % ADDRESSES) } else { previous.word(0) }
        };
        for index in first..segment {
            let current = start + offset + index;
            let previous = if offset + index == 0 { current + lane - 1 } else { current - 1 };
            if blind && (index == first || index % ADDRESSES == 0) {
                addresses = self.addresses(index / ADDRESSES, scratch)?;
            }
            let reference = self.reference(index, random(&addresses, memory.get(previous)?, index)?);
            // Three different blocks: a reference is never the current block or the one before it.
            let [previous, reference, block] = memory.get_disjoint_mut([previous, reference, current]).ok()?;
            block.begin(previous, reference, scratch, self.pass > 0)?;
            if index + 1 < segment {
                // Loads the next reference while the rest is computed. After the last address of an address block this is a
                // wrong block, and the load is wasted.
                let next = self.reference(index + 1, random(&addresses, block, index + 1)?);
                memory.get(next)?.fetch();
            }
            memory.get_mut(current)?.finish(scratch)?;
        }
        Some(())
    }

    /// The `number`th block of addresses (3.4.1.2).
    fn addresses(self, number: usize, scratch: &mut Block) -> Option<Block> {
        let Shape { passes, lanes, lane, .. } = self.shape;
        let counters = [self.pass, self.lane, self.slice, lane * lanes, passes, ARGON2ID as usize, number + 1];
        let input = Block::counting(counters.map(|counter| counter as u64));
        let mut half = Block::ZERO;
        let mut addresses = Block::ZERO;
        half.begin(&Block::ZERO, &input, scratch, false)?;
        half.finish(scratch)?;
        addresses.begin(&Block::ZERO, &half, scratch, false)?;
        addresses.finish(scratch)?;
        Some(addresses)
    }

    /// The block that the one at `index` refers to (3.4.2).
    fn reference(self, index: usize, random: u64) -> usize {
        let Shape { lanes, lane: length, segment, .. } = self.shape;
        // With one lane there is no choice, and a division is slow.
        let alone = lanes == 1 || (self.pass == 0 && self.slice == 0);
        let lane = if alone { self.lane } else { (random >> 32) as usize % lanes };
        let finished = if self.pass == 0 { self.slice * segment } else { length - segment };
        let area = if lane == self.lane { finished + index - 1 } else { finished - usize::from(index == 0) };
        let low = random & u64::from(u32::MAX);
        let back = (area as u64 * ((low * low) >> 32)) >> 32;
        let oldest = if self.pass == 0 || self.slice == SLICES - 1 { 0 } else { (self.slice + 1) * segment };
        let place = oldest + area - 1 - back as usize;
        lane * length + if place < length { place } else { place - length }
    }
}

#[cfg(test)]
mod tests;
