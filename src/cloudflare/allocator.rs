//! The allocator of WASM's memory: whatever is given back is wiped, so a password or a token is gone with the last of its
//! copies, those of the body, of its parsers and of a text that has grown as well. What the runtime holds of a request is its own.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
