// Runs on the audio thread: plays pieces one behind the other without a gap, and knows to the sample how much of which
// item was heard, which is what a client must tell when it interrupts.

const LEVEL_EVERY = 10;

class PlayerProcessor extends AudioWorkletProcessor {
  /** `{ item, samples, position }` */
  #queue = [];
  /** Samples heard of the item that was played last. */
  #item = null;
  #heard = 0;
  #blocks = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data.clear) {
        this.#queue = [];
        this.port.postMessage({ cleared: true, item: this.#item, heard: this.#heard });
      } else {
        this.#queue.push({ ...data, position: 0 });
      }
    };
  }

  process(inputs, outputs) {
    const output = outputs[0][0];
    let filled = 0;
    while (filled < output.length && this.#queue.length > 0) {
      const piece = this.#queue[0];
      if (piece.item !== this.#item) {
        this.#item = piece.item;
        this.#heard = 0;
      }
      const count = Math.min(output.length - filled, piece.samples.length - piece.position);
      output.set(piece.samples.subarray(piece.position, piece.position + count), filled);
      piece.position += count;
      filled += count;
      this.#heard += count;
      if (piece.position === piece.samples.length) this.#queue.shift();
    }
    this.#tell(output, filled);
    return true;
  }

  #tell(output, filled) {
    this.#blocks += 1;
    if (this.#blocks % LEVEL_EVERY > 0) return;
    let square = 0;
    for (const value of output) square += value * value;
    this.port.postMessage({ level: Math.sqrt(square / output.length), playing: filled > 0, item: this.#item,
      heard: this.#heard });
  }
}

registerProcessor("player", PlayerProcessor);
