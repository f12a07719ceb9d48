// The session's settings, as a form for most of it and as JSON for all of it. There is one object behind both: what the
// form does not know stays as it was written.

import { h } from "../core/dom.js";
import { t } from "../core/words.js";
import { fault } from "../core/fault.js";
import { button } from "../components/button.js";
import { areaField, numberField, row, selectField } from "../components/field.js";
import { tabs } from "../components/tabs.js";

const VOICES = ["marin", "cedar", "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse"];
const HEARING = ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"];
const STORED = "longwire.realtime-session";
export const EXAMPLE_TOOL = {
  type: "function", name: "get_weather", description: "Tells the weather of a place.",
  parameters: { type: "object", properties: { location: { type: "string" } }, required: ["location"] },
};

function usual() {
  return {
    type: "realtime",
    output_modalities: ["audio"],
    instructions: "",
    audio: {
      input: {
        format: { type: "audio/pcm", rate: 24_000 },
        transcription: { model: "whisper-1" },
        turn_detection: { type: "server_vad", threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
      },
      output: { format: { type: "audio/pcm", rate: 24_000 }, voice: "marin", speed: 1 },
    },
    tools: [],
    tool_choice: "auto",
  };
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) ?? usual();
  } catch {
    return usual();
  }
}

/** `onapply(session)` is called when somebody wants the running session to have the settings. */
export function sessionSettings(onapply) {
  let session = stored();
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const apply = button(t("settings.apply"), { kind: "primary", disabled: true, onclick: () => onapply(session) });

  function changed() {
    sessionStorage.setItem(STORED, JSON.stringify(session));
    problem.hidden = true;
  }

  function fail(words) {
    problem.textContent = words;
    problem.hidden = false;
  }

  const form = () => settingsForm(session, changed, fail);
  const json = () => {
    const text = areaField(t("settings.json"), { value: JSON.stringify(session, null, 2), rows: 24, class: "input code-input" });
    text.control.addEventListener("input", () => {
      try {
        session = JSON.parse(text.value());
        changed();
      } catch (error) {
        fail(t("settings.notJSON", { reason: fault(error) }));
      }
    });
    return text.element;
  };
  const choice = tabs(t("settings.how"), [["form", t("settings.form"), form], ["json", "JSON", json]]);
  const reset = button(t("settings.reset"), { onclick: () => {
    session = usual();
    changed();
    choice.show("form");
  } });
  return {
    element: h("div", { class: "settings" }, choice.element, problem, h("div", { class: "form-end" }, reset, apply)),
    session: () => session,
    canApply: (can) => (apply.disabled = !can),
  };
}

/** The form writes into the object; parts that are missing are made when they are needed. */
function settingsForm(session, changed, fail) {
  const audio = (session.audio ??= {});
  const input = (audio.input ??= {});
  const output = (audio.output ??= {});
  const bind = (field, write) => {
    field.control.addEventListener("input", () => {
      write(field.value());
      changed();
    });
    return field;
  };

  const instructions = bind(areaField(t("settings.instructions"), { value: session.instructions ?? "", rows: 4,
    placeholder: t("settings.instructionsHint"), spellcheck: "true" }), (text) => (session.instructions = text));
  const modality = bind(selectField(t("settings.output"), [["audio", t("settings.audio")], ["text", t("settings.text")]],
    { value: session.output_modalities?.[0] ?? "audio" }), (value) => (session.output_modalities = [value]));
  const voice = bind(selectField(t("settings.voice"), VOICES, { value: output.voice ?? "marin" }),
    (value) => (output.voice = value));
  const speed = bind(numberField(t("settings.speed"), { value: output.speed ?? 1, min: 0.25, max: 1.5, step: 0.05 }),
    (value) => (output.speed = value ?? 1));
  const hearing = bind(selectField(t("settings.transcription"), [["", t("settings.none")], ...HEARING],
    { value: input.transcription?.model ?? "" }), (value) => (input.transcription = value ? { model: value } : null));
  const length = bind(numberField(t("settings.length"), { max: 4_096,
    value: typeof session.max_output_tokens === "number" ? session.max_output_tokens : null, placeholder: "∞" }),
  (value) => (session.max_output_tokens = value ?? "inf"));
  const tools = bind(areaField(t("settings.tools"), { value: JSON.stringify(session.tools ?? [], null, 2), rows: 5,
    class: "input code-input" }), (text) => {
    try {
      session.tools = JSON.parse(text || "[]");
    } catch (error) {
      queueMicrotask(() => fail(t("settings.notJSON", { reason: fault(error) })));
    }
  });
  const example = button(t("settings.exampleTool"), { icon: "plus", onclick: () => {
    session.tools = [...(session.tools ?? []), EXAMPLE_TOOL];
    tools.control.value = JSON.stringify(session.tools, null, 2);
    changed();
  } });
  return h("div", { class: "form" }, instructions.element, row(modality, voice), row(speed, length),
    turnDetection(input, changed), hearing.element, tools.element, h("div", {}, example));
}

function turnDetection(input, changed) {
  const kind = selectField(t("settings.turns"),
    [["server_vad", t("settings.serverVAD")], ["semantic_vad", t("settings.semanticVAD")], ["", t("settings.byHand")]],
    { value: input.turn_detection === null ? "" : (input.turn_detection?.type ?? "server_vad") });
  const threshold = numberField(t("settings.threshold"), { value: input.turn_detection?.threshold ?? 0.5, min: 0, max: 1, step: 0.05 });
  const silence = numberField(t("settings.silence"), { value: input.turn_detection?.silence_duration_ms ?? 500, min: 100,
    max: 10_000, step: 50 });
  const more = row(threshold, silence);
  const write = () => {
    const type = kind.value();
    input.turn_detection = type === null ? null : type === "semantic_vad" ? { type }
      : { ...(input.turn_detection?.type === type ? input.turn_detection : { type, prefix_padding_ms: 300 }),
        threshold: threshold.value() ?? 0.5, silence_duration_ms: silence.value() ?? 500 };
    more.hidden = type !== "server_vad";
    changed();
  };
  more.hidden = kind.value() !== "server_vad";
  for (const field of [kind, threshold, silence]) field.control.addEventListener("input", write);
  return [kind.element, more];
}
