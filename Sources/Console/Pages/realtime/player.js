// The loudspeaker: audio deltas in, sound out, and how much of it was heard.

import { decode, RATE } from "./pcm.js";

const MODULE = "/assets/realtime/player.worklet.js";

/** Events: `level` (detail: { level, playing }). */
export class Player extends EventTarget {
  #context = null;
  #node = null;
  #starting = null;
  #cleared = null;
  /** Milliseconds that were handed to the loudspeaker, by item. */
  queued = new Map();
  isPlaying = false;

  /** Browsers let a page make sound only after somebody pressed something: call this from there. */
  start() {
    this.#starting ??= this.#open();
    return this.#starting;
  }

  async #open() {
    const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    this.#context = context;
    await context.audioWorklet.addModule(MODULE);
    const node = new AudioWorkletNode(context, "player", { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => this.#hear(data);
    node.connect(context.destination);
    this.#node = node;
    await context.resume();
  }

  async play(item, base64) {
    const samples = decode(base64);
    this.queued.set(item, (this.queued.get(item) ?? 0) + (samples.length * 1_000) / RATE);
    this.isPlaying = true;
    await this.start();
    this.#node.port.postMessage({ item, samples }, [samples.buffer]);
  }

  /** Falls silent at once; comes to what was heard of the last item, `{ item, milliseconds }`, or null for nothing. */
  async interrupt() {
    if (!this.isPlaying || !this.#node) return null;
    const answer = new Promise((resolve) => (this.#cleared = resolve));
    this.#node.port.postMessage({ clear: true });
    const { item, heard } = await answer;
    this.isPlaying = false;
    return item ? { item, milliseconds: Math.floor((heard * 1_000) / RATE) } : null;
  }

  #hear(data) {
    if (data.cleared) return this.#cleared?.(data);
    this.isPlaying = data.playing;
    this.dispatchEvent(new CustomEvent("level", { detail: data }));
  }

  async close() {
    await this.#starting?.catch(() => {});
    await this.#context?.close();
    this.#context = null;
    this.#node = null;
    this.#starting = null;
  }
}
