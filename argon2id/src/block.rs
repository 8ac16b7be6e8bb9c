//! A block of Argon2's memory, and the compression of two blocks into one (RFC 9106, 3.5 and 3.6).

use crate::pair::{Pair, Rotations};

/// A kibibyte: eight rows of sixteen words, interleaved in twos. A pair is a word of one row and the word below it, so P
/// permutes two rows at once without moving any word within its pair.
#[derive(Clone, Copy, Debug)]
pub struct Block([Pair; 64]);

/// One row each of two 4 × 4 matrices of words. The two are permuted side by side, because within one matrix every step waits
/// for the step before.
type Row = [Pair; 4];

impl Block {
    pub const SIZE: usize = 1024;
    pub const ZERO: Self = Self([Pair::new(0, 0); 64]);

    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let mut block = Self::ZERO;
        let rows = bytes.as_chunks::<128>().0.as_chunks::<2>().0;
        for ([upper, lower], pairs) in rows.iter().zip(block.0.as_chunks_mut::<16>().0) {
            let words = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
            for ((upper, lower), pair) in words.zip(pairs) {
                *pair = Pair::new(u64::from_le_bytes(*upper), u64::from_le_bytes(*lower));
            }
        }
        block
    }

    pub fn bytes(&self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        let rows = bytes.as_chunks_mut::<128>().0.as_chunks_mut::<2>().0;
        for ([upper, lower], pairs) in rows.iter_mut().zip(self.0.as_chunks::<16>().0) {
            let words = upper.as_chunks_mut().0.iter_mut().zip(lower.as_chunks_mut().0);
            for ((upper, lower), pair) in words.zip(pairs) {
                [*upper, *lower] = pair.words().map(u64::to_le_bytes);
            }
        }
        bytes
    }

    /// A block that begins with these words; the rest is zero.
    pub fn counting(words: [u64; 7]) -> Self {
        let mut block = Self::ZERO;
        for (pair, word) in block.0.iter_mut().zip(words) {
            *pair = Pair::new(word, 0);
        }
        block
    }

    pub fn word(&self, index: usize) -> Option<u64> {
        let (row, column) = (index / 16, index % 16);
        let [upper, lower] = self.0.get(row / 2 * 16 + column)?.words();
        Some(if row.is_multiple_of(2) { upper } else { lower })
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(pair, other)| *pair = pair.xor(*other));
    }

    /// Begins to compute the compression of `previous` and `reference` into this block; from the second pass on (`over`),
    /// XORs it in. It makes two passes over the matrix, by rows and by columns, with the intermediate result in `scratch`.
    /// The columns with the first word come first, because that word determines the next block's reference; [`Self::finish`]
    /// computes the others.
    pub fn begin(&mut self, previous: &Self, reference: &Self, scratch: &mut Self, over: bool) -> Option<()> {
        let inputs = previous.0.as_chunks().0.iter().zip(reference.0.as_chunks().0);
        let outputs = self.0.as_chunks_mut().0.iter_mut().zip(scratch.0.as_chunks_mut().0);
        for ((x, y), (sum, permuted)) in inputs.zip(outputs) {
            two_rows(x, y, sum, permuted, over);
        }
        self.columns(0, scratch)
    }

    pub fn finish(&mut self, scratch: &Self) -> Option<()> {
        [4, 8, 12].into_iter().try_for_each(|from| self.columns(from, scratch))
    }

    fn columns(&mut self, from: usize, scratch: &Self) -> Option<()> {
        two_columns(scratch.0.get(from..)?.first_chunk()?, self.0.get_mut(from..)?.first_chunk_mut()?);
        Some(())
    }

    /// Reads a word of every cache line. The block is anywhere in memory: requested together, its lines load in parallel.
    #[inline(always)]
    pub fn fetch(&self) {
        let word = |line: &[Pair; 4]| line[0].words()[0];
        std::hint::black_box(self.0.as_chunks().0.iter().fold(0, |words, line| words ^ word(line)));
    }
}

/// XORs two rows of two blocks: the sum, and the sum permuted.
///
/// Never inlined, like `two_columns`, because V8 replaces code by its optimised version only between calls: otherwise a cold
/// isolate would run its whole first hash unoptimised.
#[inline(never)]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn two_rows(x: &[Pair; 16], y: &[Pair; 16], sum: &mut [Pair; 16], permuted: &mut [Pair; 16], over: bool) {
    let xored = |x: &[Pair; 16], y: &[Pair; 16]| -> [Pair; 16] {
        [
            x[0].xor(y[0]),
            x[1].xor(y[1]),
            x[2].xor(y[2]),
            x[3].xor(y[3]),
            x[4].xor(y[4]),
            x[5].xor(y[5]),
            x[6].xor(y[6]),
            x[7].xor(y[7]),
            x[8].xor(y[8]),
            x[9].xor(y[9]),
            x[10].xor(y[10]),
            x[11].xor(y[11]),
            x[12].xor(y[12]),
            x[13].xor(y[13]),
            x[14].xor(y[14]),
            x[15].xor(y[15]),
        ]
    };
    let r = xored(x, y);
    *sum = if over { xored(&r, sum) } else { r };
    let q = permuted;
    [[q[0], q[1], q[2], q[3]], [q[4], q[5], q[6], q[7]], [q[8], q[9], q[10], q[11]], [q[12], q[13], q[14], q[15]]] =
        permute(
            [
                [r[0], r[1], r[2], r[3]],
                [r[4], r[5], r[6], r[7]],
                [r[8], r[9], r[10], r[11]],
                [r[12], r[13], r[14], r[15]],
            ],
            |[a, b, c, d]| [b, c, d, a],
        );
}

/// Permutes two columns and XORs them into the sum. Both slices begin with their first pair and end with their last.
#[inline(never)]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn two_columns(q: &[Pair; 52], sum: &mut [Pair; 52]) {
    let [a, b, c, d] = permute(
        [
            [q[0], q[1], q[2], q[3]],
            [q[16], q[17], q[18], q[19]],
            [q[32], q[33], q[34], q[35]],
            [q[48], q[49], q[50], q[51]],
        ],
        |[a, b, c, d]| [b, a.swapped(), d, c.swapped()],
    );
    [sum[0], sum[1], sum[2], sum[3]] = xor([sum[0], sum[1], sum[2], sum[3]], a);
    [sum[16], sum[17], sum[18], sum[19]] = xor([sum[16], sum[17], sum[18], sum[19]], b);
    [sum[32], sum[33], sum[34], sum[35]] = xor([sum[32], sum[33], sum[34], sum[35]], c);
    [sum[48], sum[49], sum[50], sum[51]] = xor([sum[48], sum[49], sum[50], sum[51]], d);
}

/// P (3.6): the columns of the matrices, then their diagonals. `by_one` rotates a row of both by one word to the left.
#[inline(always)]
fn permute(rows: [Row; 4], by_one: impl Fn(Row) -> Row) -> [Row; 4] {
    let by_two = |row| by_one(by_one(row));
    let by_three = |row| by_one(by_two(row));
    let rotations = Rotations::new();
    let [a, b, c, d] = mix(rows, rotations);
    let [a, b, c, d] = mix([a, by_one(b), by_two(c), by_three(d)], rotations);
    [a, by_three(b), by_two(c), by_one(d)]
}

/// GB (3.6).
#[inline(always)]
fn mix([a, b, c, d]: [Row; 4], rotations: Rotations) -> [Row; 4] {
    let a = multiplied(a, b);
    let d = xor(d, a);
    let d = d.map(Pair::rotated_32);
    let c = multiplied(c, d);
    let b = xor(b, c);
    let b = b.map(|pair| pair.rotated_24(rotations));
    let a = multiplied(a, b);
    let d = xor(d, a);
    let d = d.map(|pair| pair.rotated_16(rotations));
    let c = multiplied(c, d);
    let b = xor(b, c);
    let b = b.map(Pair::rotated_63);
    [a, b, c, d]
}

/// a + b + 2 · low(a) · low(b).
#[inline(always)]
fn multiplied(a: Row, b: Row) -> Row {
    let [p, q] = Pair::products([a[0], a[1]], [b[0], b[1]]);
    let [r, s] = Pair::products([a[2], a[3]], [b[2], b[3]]);
    let product = [p, q, r, s];
    plus(plus(a, b), plus(product, product))
}

#[inline(always)]
fn xor(a: Row, b: Row) -> Row {
    [a[0].xor(b[0]), a[1].xor(b[1]), a[2].xor(b[2]), a[3].xor(b[3])]
}

#[inline(always)]
fn plus(a: Row, b: Row) -> Row {
    [a[0].plus(b[0]), a[1].plus(b[1]), a[2].plus(b[2]), a[3].plus(b[3])]
}
