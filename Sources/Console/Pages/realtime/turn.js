// One response, as the events tell it: when its first text and sound came, what it used. The clock starts with whatever
// called for the response: a request of ours, or the end of somebody's speech.

/** Reads events; `onchange(turn)` is called whenever there is news of a turn. */
export class TurnMeter {
  #askedAt = null;
  #turns = new Map();

  constructor(onchange) {
    this.onchange = onchange;
  }

  take({ outgoing, event, at }) {
    if (outgoing) {
      if (event.type === "response.create" || event.type === "input_audio_buffer.commit") this.#askedAt = at;
      return;
    }
    switch (event.type) {
      case "input_audio_buffer.speech_stopped":
        this.#askedAt = at;
        break;
      case "response.created":
        this.#turns.set(event.response.id, { id: event.response.id, askedAt: this.#askedAt ?? at, firstText: null,
          firstAudio: null, usage: null, status: "in_progress", doneAt: null });
        this.#askedAt = null;
        break;
      case "response.done":
        this.#finish(event.response, at);
        break;
      default:
        this.#note(event, at);
    }
  }

  #note(event, at) {
    const turn = this.#turns.get(event.response_id);
    if (!turn) return;
    if (/^response\.(output_)?(text|audio_transcript)\.delta$/.test(event.type) && turn.firstText === null) {
      turn.firstText = at - turn.askedAt;
    } else if (/^response\.(output_)?audio\.delta$/.test(event.type) && turn.firstAudio === null) {
      turn.firstAudio = at - turn.askedAt;
    } else {
      return;
    }
    this.onchange(turn);
  }

  #finish(response, at) {
    const turn = this.#turns.get(response.id);
    if (!turn) return;
    this.#turns.delete(response.id);
    turn.usage = response.usage ?? null;
    turn.status = response.status;
    turn.details = response.status_details ?? null;
    turn.doneAt = at - turn.askedAt;
    this.onchange(turn);
  }
}

/** A usage object by classes of tokens (protocol: realtime §7); classes with nothing in them are left out. */
export function classes(usage) {
  if (!usage) return [];
  const [input, output] = [usage.input_token_details ?? {}, usage.output_token_details ?? {}];
  return [
    ["input_text", input.text_tokens], ["input_audio", input.audio_tokens], ["input_image", input.image_tokens],
    ["cached", input.cached_tokens], ["output_text", output.text_tokens], ["output_audio", output.audio_tokens],
  ].filter(([, count]) => count > 0);
}
