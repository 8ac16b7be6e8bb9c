// The production build with an inspector of its memory: everything its WASM can write to.

const { Instance } = WebAssembly;
let memory;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  ({ memory } = instance.exports);
  return instance;
};
const { default: Gatehouse } = await import('./index.js');

/** Bytes in a fragment: too many for a chance match, and fewer than an allocator leaves of a freed text. */
const FRAGMENT = 8;

/** How many fragments of a text remain. */
function fragments(text) {
  const bytes = new TextDecoder('latin1').decode(memory.buffer);
  const starts = Array.from({ length: text.length - FRAGMENT + 1 }, (_, start) => start);
  return starts.filter((start) => bytes.includes(text.slice(start, start + FRAGMENT))).length;
}

export default class extends Gatehouse {
  async fetch(request) {
    if (new URL(request.url).pathname !== '/memory') return super.fetch(request);
    return Response.json({ size: memory.buffer.byteLength, fragments: fragments(await request.text()) });
  }
}
