//! Bodies from outside, read only up to a limit.

use futures_util::StreamExt;
use worker::ByteStream;

/// The whole body, or the first `limit + 1` bytes of a longer one: the caller sees that it is too long, and the rest is never
/// read.
pub async fn read(mut chunks: ByteStream, limit: usize) -> worker::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend(chunk?);
        if body.len() > limit {
            body.truncate(limit + 1);
            break;
        }
    }
    Ok(body)
}
