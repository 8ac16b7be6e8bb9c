//! Two 64-bit words that go through the same steps, in one vector register if the target has them.

#[cfg(not(target_arch = "wasm32"))]
pub use portable::{Pair, Rotations};
#[cfg(target_arch = "wasm32")]
pub use wasm::{Pair, Rotations};

// These are inlined into the functions of `block` that enable the feature, so builds need no flag for it. With the flag LLVM
// would vectorise other code too, and V8 would run it more slowly, because it emulates 64-bit multiplication. An engine
// without the feature rejects the module when it loads it, so no call can fail.
#[cfg(target_arch = "wasm32")]
mod wasm {
    use core::arch::wasm32::*;

    /// Two words, the first in the lower half.
    #[derive(Clone, Copy, Debug)]
    pub struct Pair(v128);

    /// Byte shuffles that rotate words by 24 bits and by 16.
    #[derive(Clone, Copy)]
    pub struct Rotations {
        by_24: v128,
        by_16: v128,
    }

    impl Rotations {
        /// Hides the values from the optimiser: V8 would rebuild constants, in three instructions, before every shuffle.
        #[inline(always)]
        pub fn new() -> Self {
            std::hint::black_box(Self {
                by_24: u8x16(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10),
                by_16: u8x16(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9),
            })
        }
    }

    impl Pair {
        #[inline(always)]
        pub const fn new(first: u64, second: u64) -> Self {
            Self(u64x2(first, second))
        }

        #[inline(always)]
        pub fn words(self) -> [u64; 2] {
            [u64x2_extract_lane::<0>(self.0), u64x2_extract_lane::<1>(self.0)]
        }

        #[inline(always)]
        pub fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }

        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            Self(u64x2_add(self.0, other.0))
        }

        /// The products of the words' lower halves. Packed together they need one shuffle per two pairs before the
        /// multiplication; a 64-bit multiplication would take eight instructions.
        #[inline(always)]
        pub fn products([a, b]: [Self; 2], [c, d]: [Self; 2]) -> [Self; 2] {
            let left = u32x4_shuffle::<0, 2, 4, 6>(a.0, b.0);
            let right = u32x4_shuffle::<0, 2, 4, 6>(c.0, d.0);
            [Self(u64x2_extmul_low_u32x4(left, right)), Self(u64x2_extmul_high_u32x4(left, right))]
        }

        /// Each word rotated right; by whole bytes that is one shuffle.
        #[inline(always)]
        pub fn rotated_32(self) -> Self {
            Self(u32x4_shuffle::<1, 0, 3, 2>(self.0, self.0))
        }

        #[inline(always)]
        pub fn rotated_24(self, rotations: Rotations) -> Self {
            Self(u8x16_swizzle(self.0, rotations.by_24))
        }

        #[inline(always)]
        pub fn rotated_16(self, rotations: Rotations) -> Self {
            Self(u8x16_swizzle(self.0, rotations.by_16))
        }

        #[inline(always)]
        pub fn rotated_63(self) -> Self {
            Self(v128_or(u64x2_shr(self.0, 63), u64x2_shl(self.0, 1)))
        }

        #[inline(always)]
        pub fn swapped(self) -> Self {
            Self(u64x2_shuffle::<1, 0>(self.0, self.0))
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod portable {
    /// Two words.
    #[derive(Clone, Copy, Debug)]
    pub struct Pair(u64, u64);

    /// Rotating a word needs no constants here.
    #[derive(Clone, Copy)]
    pub struct Rotations;

    impl Rotations {
        pub fn new() -> Self {
            Self
        }
    }

    impl Pair {
        pub const fn new(first: u64, second: u64) -> Self {
            Self(first, second)
        }

        pub fn words(self) -> [u64; 2] {
            [self.0, self.1]
        }

        pub fn xor(self, other: Self) -> Self {
            Self(self.0 ^ other.0, self.1 ^ other.1)
        }

        pub fn plus(self, other: Self) -> Self {
            Self(self.0.wrapping_add(other.0), self.1.wrapping_add(other.1))
        }

        /// The products of the words' lower halves.
        pub fn products([a, b]: [Self; 2], [c, d]: [Self; 2]) -> [Self; 2] {
            let product = |x: u64, y: u64| u64::from(x as u32) * u64::from(y as u32);
            [Self(product(a.0, c.0), product(a.1, c.1)), Self(product(b.0, d.0), product(b.1, d.1))]
        }

        /// Each word rotated right.
        pub fn rotated_32(self) -> Self {
            self.rotated(32)
        }

        pub fn rotated_24(self, _: Rotations) -> Self {
            self.rotated(24)
        }

        pub fn rotated_16(self, _: Rotations) -> Self {
            self.rotated(16)
        }

        pub fn rotated_63(self) -> Self {
            self.rotated(63)
        }

        fn rotated(self, by: u32) -> Self {
            Self(self.0.rotate_right(by), self.1.rotate_right(by))
        }

        pub fn swapped(self) -> Self {
            Self(self.1, self.0)
        }
    }
}
