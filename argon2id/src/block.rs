//! A block of Argon2's memory, and the compression that makes one out of two (RFC 9106, 3.5 and 3.6).

use crate::pair::Pair;

/// A kibibyte: a matrix of 8 × 8 pairs.
#[derive(Clone, Copy, Debug)]
pub struct Block([Pair; 64]);

/// One row each of two 4 × 4 matrices of words. Two matrices are permuted side by side, because within one of them every step
/// waits for the step before.
type Row = [Pair; 4];

impl Block {
    pub const SIZE: usize = 1024;
    pub const ZERO: Self = Self([Pair::new(0, 0); 64]);

    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let mut block = Self::ZERO;
        for (pair, bytes) in block.0.iter_mut().zip(bytes.as_chunks::<16>().0) {
            let both = u128::from_le_bytes(*bytes);
            *pair = Pair::new(both as u64, (both >> 64) as u64);
        }
        block
    }

    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0.iter().flat_map(|pair| pair.words())) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    /// A block that begins with these words.
    pub fn counting([a, b, c, d, e, f, g]: [u64; 7]) -> Self {
        let mut block = Self::ZERO;
        [block.0[0], block.0[1], block.0[2], block.0[3]] =
            [Pair::new(a, b), Pair::new(c, d), Pair::new(e, f), Pair::new(g, 0)];
        block
    }

    pub fn word(&self, index: usize) -> Option<u64> {
        let [first, second] = self.0.get(index / 2)?.words();
        Some(if index.is_multiple_of(2) { first } else { second })
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(pair, other)| *pair = pair.xor(*other));
    }

    /// Becomes what `previous` and `reference` are compressed to, or from the second pass on (`over`) is XORed with it.
    /// Two passes over the matrix, by rows and by columns; what is between them is kept in `scratch`.
    pub fn compress(&mut self, previous: &Self, reference: &Self, scratch: &mut Self, over: bool) -> Option<()> {
        reference.fetch();
        let inputs = previous.0.as_chunks().0.iter().zip(reference.0.as_chunks().0);
        let outputs = self.0.as_chunks_mut().0.iter_mut().zip(scratch.0.as_chunks_mut().0);
        for ((x, y), (sum, permuted)) in inputs.zip(outputs) {
            two_rows(x, y, sum, permuted, over);
        }
        for column in [0, 2, 4, 6] {
            two_columns(scratch.0.get(column..)?.first_chunk()?, self.0.get_mut(column..)?.first_chunk_mut()?);
        }
        Some(())
    }

    /// Reads a word of every cache line. The block lies anywhere in the memory: asked for at once, its lines come together.
    #[inline(always)]
    fn fetch(&self) {
        let word = |line: &[Pair; 4]| line[0].words()[0];
        std::hint::black_box(self.0.as_chunks().0.iter().fold(0, |words, line| words ^ word(line)));
    }
}

/// Two rows of the sum of two blocks: the sum, and the sum permuted.
///
/// Apart from `two_columns` and from whoever calls them, because V8 replaces code by better code between calls only: a
/// cold isolate would run its first hash to the end as it began.
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
    [[q[0], q[1], q[8], q[9]], [q[2], q[3], q[10], q[11]], [q[4], q[5], q[12], q[13]], [q[6], q[7], q[14], q[15]]] =
        permute([
            [r[0], r[1], r[8], r[9]],
            [r[2], r[3], r[10], r[11]],
            [r[4], r[5], r[12], r[13]],
            [r[6], r[7], r[14], r[15]],
        ]);
}

/// Two columns permuted and added to the sum. Both begin with the first of their first pairs and end with the second of
/// their last.
#[inline(never)]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn two_columns(q: &[Pair; 58], sum: &mut [Pair; 58]) {
    let [a, b, c, d] = permute([
        [q[0], q[8], q[1], q[9]],
        [q[16], q[24], q[17], q[25]],
        [q[32], q[40], q[33], q[41]],
        [q[48], q[56], q[49], q[57]],
    ]);
    [sum[0], sum[8], sum[1], sum[9]] = xor([sum[0], sum[8], sum[1], sum[9]], a);
    [sum[16], sum[24], sum[17], sum[25]] = xor([sum[16], sum[24], sum[17], sum[25]], b);
    [sum[32], sum[40], sum[33], sum[41]] = xor([sum[32], sum[40], sum[33], sum[41]], c);
    [sum[48], sum[56], sum[49], sum[57]] = xor([sum[48], sum[56], sum[49], sum[57]], d);
}

/// P (3.6): the columns of the matrices, then their diagonals.
#[inline(always)]
fn permute(rows: [Row; 4]) -> [Row; 4] {
    let [a, b, c, d] = mix(rows);
    let [a, b, c, d] = mix([a, by_one(b), by_two(c), by_three(d)]);
    [a, by_three(b), by_two(c), by_one(d)]
}

/// GB (3.6).
#[inline(always)]
fn mix([a, b, c, d]: [Row; 4]) -> [Row; 4] {
    let a = multiplied(a, b);
    let d = xor(d, a);
    let d = [d[0].rotated_32(), d[1].rotated_32(), d[2].rotated_32(), d[3].rotated_32()];
    let c = multiplied(c, d);
    let b = xor(b, c);
    let b = [b[0].rotated_24(), b[1].rotated_24(), b[2].rotated_24(), b[3].rotated_24()];
    let a = multiplied(a, b);
    let d = xor(d, a);
    let d = [d[0].rotated_16(), d[1].rotated_16(), d[2].rotated_16(), d[3].rotated_16()];
    let c = multiplied(c, d);
    let b = xor(b, c);
    let b = [b[0].rotated_63(), b[1].rotated_63(), b[2].rotated_63(), b[3].rotated_63()];
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

/// Both rows turned to the left, by so many words.
#[inline(always)]
fn by_one([a, b, c, d]: Row) -> Row {
    [a.straddling(b), b.straddling(a), c.straddling(d), d.straddling(c)]
}

#[inline(always)]
fn by_two([a, b, c, d]: Row) -> Row {
    [b, a, d, c]
}

#[inline(always)]
fn by_three(row: Row) -> Row {
    by_one(by_two(row))
}
