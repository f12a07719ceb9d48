// The microphone: asked for when somebody presses the button, let go when they press it again.

import { RATE } from "./pcm.js";

const MODULE = "/assets/realtime/microphone.worklet.js";

/** Events: `piece` (detail: { samples, level }), 40 ms each. */
export class Microphone extends EventTarget {
  #stream = null;
  #context = null;

  get isOn() {
    return this.#stream !== null;
  }

  async start() {
    // Not there at all on a page that came over plain HTTP from another machine.
    if (!navigator.mediaDevices) throw new DOMException("no media devices", "SecurityError");
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    this.#stream = stream;
    try {
      await this.#connect(new AudioContext({ sampleRate: RATE }));
    } catch {
      // Some browsers connect a microphone to a context of its own rate only; the worklet brings it to ours.
      await this.#context?.close();
      await this.#connect(new AudioContext());
    }
  }

  async #connect(context) {
    this.#context = context;
    await context.audioWorklet.addModule(MODULE);
    const source = context.createMediaStreamSource(this.#stream);
    const node = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => this.dispatchEvent(new CustomEvent("piece", { detail: data }));
    source.connect(node);
    await context.resume();
  }

  async stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    await this.#context?.close();
    this.#context = null;
  }
}
