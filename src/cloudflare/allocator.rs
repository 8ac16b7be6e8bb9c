//! The allocator of WASM memory. It wipes freed memory, so a password or a token is gone with its last copy, including those of
//! the body, its parsers and strings that have grown. Copies of a request held by the runtime are out of its reach.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
