// Runs on the audio thread: takes what the microphone gives at the context's rate, brings it to 24 kHz, and posts pieces
// of 40 ms together with their level.
//
// Where the context runs at 24 kHz already (browsers that resample by themselves), samples pass as they are. Elsewhere
// each output sample is the mean of the input that it spans, which keeps most of what would fold back out.

const RATE = 24_000;
const PIECE = RATE / 25;

class MicrophoneProcessor extends AudioWorkletProcessor {
  #piece = new Float32Array(PIECE);
  #filled = 0;
  #sum = 0;
  #weight = 0;
  #step = sampleRate / RATE;

  process(inputs) {
    const channel = inputs[0][0];
    if (!channel) return true;
    for (const sample of channel) {
      if (this.#step === 1) this.#push(sample);
      else this.#reduce(sample);
    }
    return true;
  }

  /** Area averaging: an input sample may belong to two output samples, in parts. */
  #reduce(sample) {
    let left = 1;
    while (this.#weight + left >= this.#step) {
      const part = this.#step - this.#weight;
      this.#push((this.#sum + sample * part) / this.#step);
      left -= part;
      this.#sum = 0;
      this.#weight = 0;
    }
    this.#sum += sample * left;
    this.#weight += left;
  }

  #push(sample) {
    this.#piece[this.#filled] = sample;
    this.#filled += 1;
    if (this.#filled < PIECE) return;
    let square = 0;
    for (const value of this.#piece) square += value * value;
    const samples = this.#piece.slice();
    this.port.postMessage({ samples, level: Math.sqrt(square / PIECE) }, [samples.buffer]);
    this.#filled = 0;
  }
}

registerProcessor("microphone", MicrophoneProcessor);
