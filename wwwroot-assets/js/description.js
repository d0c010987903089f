// The text of a description goes to the server and comes from it as a stream: a message may be far shorter.

export async function write(area, stream) {
  area.value = new TextDecoder().decode(await stream.arrayBuffer());
  area.focus();
}

export function read(area) {
  // A stream of nothing is refused: one character more.
  return new TextEncoder().encode("=" + area.value);
}
