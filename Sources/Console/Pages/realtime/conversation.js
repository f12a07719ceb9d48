// A conversation: the session, the microphone and the loudspeaker together, and the rules between them. It draws nothing.
//
// - The session opens by itself with the first thing that is said.
// - Whoever speaks or writes while sound is being played interrupts it: playback stops at once, and the provider is told
//   how much was heard (`conversation.item.truncate`; protocol: realtime §8).
// - With turn detection off, the microphone's end is the end of a turn.

import { RealtimeConnection } from "./connection.js";
import { Microphone } from "./microphone.js";
import { Player } from "./player.js";
import { encode } from "./pcm.js";

/** Milliseconds that a session may take to say how it begins. */
const FIRST_EVENT = 3_000;

/** What the session of a chat model takes of the settings: it detects no turns, and hears and speaks as it began, or not. */
function fitting(settings, begun) {
  const session = structuredClone(settings);
  if (begun.output_modalities?.[0] === "text") session.output_modalities = ["text"];
  if (session.audio?.input) {
    session.audio.input.turn_detection = null;
    session.audio.input.transcription = begun.audio?.input?.transcription ?? null;
  }
  return session;
}

/** Events beyond the connection's, which it passes on: `level` (detail: { from, level }), `interrupted`. */
export class Conversation extends EventTarget {
  connection = new RealtimeConnection();
  microphone = new Microphone();
  player = new Player();
  #opening = null;
  /** Items whose further sound is not wanted. */
  #silenced = new Set();
  #activeResponse = null;
  /** The session of a chat model as it began; null for others, which can do everything. */
  #begun = null;
  #isChat = false;

  get isAnswering() {
    return this.#activeResponse !== null || this.player.isPlaying;
  }

  /** `describe()` comes to `{ model, secret, isChat }` for the next session; `settings()` gives the session's settings. */
  constructor({ describe, settings }) {
    super();
    this.describe = describe;
    this.settings = settings;
    for (const type of ["state", "close"]) {
      this.connection.addEventListener(type, ({ detail }) => this.dispatchEvent(new CustomEvent(type, { detail })));
    }
    this.connection.addEventListener("event", ({ detail }) => {
      this.dispatchEvent(new CustomEvent("event", { detail }));
      if (!detail.outgoing) this.#take(detail.event);
    });
    this.connection.addEventListener("close", () => this.#silence());
    this.microphone.addEventListener("piece", ({ detail }) => this.#hear(detail));
    this.player.addEventListener("level", ({ detail }) => this.#tellLevel("model", detail.level));
  }

  open() {
    if (this.connection.isOpen) return Promise.resolve();
    this.#opening ??= this.#begin().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #begin() {
    const { model, secret, isChat } = await this.describe();
    this.#isChat = isChat;
    this.#begun = null;
    await this.connection.open(model, secret);
    await this.#told();
    this.update(this.settings());
  }

  /** Waits for the first event, which says what the session can do; whoever is silent can do everything. */
  #told() {
    return new Promise((resolve) => {
      const events = new AbortController();
      const go = () => {
        clearTimeout(timer);
        events.abort();
        resolve();
      };
      const timer = setTimeout(go, FIRST_EVENT);
      this.connection.addEventListener("close", go, { signal: events.signal });
      this.connection.addEventListener("event", ({ detail: { outgoing, event } }) => {
        if (!outgoing && event.type === "session.created") go();
      }, { signal: events.signal });
    });
  }

  #fitted(session) {
    return this.#begun ? fitting(session, this.#begun) : session;
  }

  update(session) {
    this.connection.send({ type: "session.update", session: this.#fitted(session) });
  }

  async say(text) {
    // The press that sends a text is what lets the page make sound.
    this.player.start().catch(() => {});
    await this.open();
    await this.#interrupt({ cancels: true });
    this.connection.send({ type: "conversation.item.create",
      item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
    this.connection.send({ type: "response.create" });
  }

  /** The output of a function, by hand. */
  answer(callID, output) {
    this.connection.send({ type: "conversation.item.create", item: { type: "function_call_output", call_id: callID, output } });
    this.connection.send({ type: "response.create" });
  }

  async listen() {
    this.player.start().catch(() => {});
    await this.microphone.start();
    try {
      await this.open();
      if (this.#isDeaf) throw new DOMException("nothing to hear with", "NotSupportedError");
    } catch (error) {
      await this.microphone.stop();
      throw error;
    }
  }

  get #isDeaf() {
    return this.#begun !== null && !this.#begun.audio?.input?.transcription;
  }

  async stopListening() {
    if (!this.microphone.isOn) return;
    await this.microphone.stop();
    this.#tellLevel("you", 0);
    if (this.connection.isOpen && this.#fitted(this.settings()).audio?.input?.turn_detection === null) {
      this.connection.send({ type: "input_audio_buffer.commit" });
      this.connection.send({ type: "response.create" });
    }
  }

  /** Ends a response that is under way. */
  cancel() {
    return this.#interrupt({ cancels: true });
  }

  async close() {
    this.connection.close();
    await this.#silence();
    await this.player.close();
  }

  async #silence() {
    await this.microphone.stop();
    this.#tellLevel("you", 0);
    this.#activeResponse = null;
    this.#silenced.clear();
    await this.player.interrupt();
  }

  #hear({ samples, level }) {
    this.#tellLevel("you", level);
    if (!this.#opening && !this.#isDeaf) this.connection.send({ type: "input_audio_buffer.append", audio: encode(samples) });
  }

  #take(event) {
    switch (event.type) {
      case "session.created":
        if (this.#isChat) this.#begun = event.session;
        break;
      case "response.created":
        this.#activeResponse = event.response.id;
        break;
      case "response.done":
        if (this.#activeResponse === event.response.id) this.#activeResponse = null;
        break;
      case "response.output_audio.delta":
      case "response.audio.delta":
        if (!this.#silenced.has(event.item_id)) this.player.play(event.item_id, event.delta);
        break;
      case "input_audio_buffer.speech_started":
        // The provider cancels by itself (`interrupt_response`); the sound that is here already is ours to stop.
        this.#interrupt({ cancels: false });
        break;
    }
  }

  async #interrupt({ cancels }) {
    if (cancels && this.#activeResponse) {
      this.connection.send({ type: "response.cancel", response_id: this.#activeResponse });
    }
    const heard = await this.player.interrupt();
    if (!heard) return;
    this.#silenced.add(heard.item);
    this.connection.send({ type: "conversation.item.truncate", item_id: heard.item, content_index: 0,
      audio_end_ms: heard.milliseconds });
    this.dispatchEvent(new CustomEvent("interrupted", { detail: heard }));
  }

  #tellLevel(from, level) {
    this.dispatchEvent(new CustomEvent("level", { detail: { from, level } }));
  }
}
