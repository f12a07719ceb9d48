// What a realtime talk is to be.

import ArgumentParser
import RTCatCore

extension TalkModality: ExpressibleByArgument {}

/// The options of realtime mode.
struct RealtimeOptions: ParsableArguments {
    @Flag(name: .customLong("realtime"), help: "Speak the realtime protocol.")
    var speaksRealtime = false

    @Flag(
        name: .customLong("seed"),
        help: "Speak the compact vocabulary: text only, and the first message says which model."
    )
    var seed = false

    @Option(name: .long, help: ArgumentHelp("With --seed: the model to talk to.", valueName: "NAME"))
    var model: String?

    @Flag(name: .customLong("key-in-message"), help: "With --seed: send the key in the first message, not in a header.")
    var keyInMessage = false

    @Option(name: .long, help: ArgumentHelp("A turn of yours; may be repeated.", valueName: "TEXT"))
    var text: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A spoken turn: WAV, PCM16, any rate, mono or stereo; may be repeated, after all --text.",
            valueName: "FILE"
        )
    )
    var audio: [String] = []

    @Flag(name: .long, help: "Send audio as fast as it goes instead of as fast as it plays.")
    var fast = false

    @Option(name: .long, help: ArgumentHelp("What the model is to be.", valueName: "TEXT"))
    var instructions: String?

    @Option(name: .long, help: ArgumentHelp("The voice of the answers, such as marin.", valueName: "NAME"))
    var voice: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "text or audio; by default audio when --audio, --save or --voice is given.",
            valueName: "MODALITY"
        )
    )
    var modality: TalkModality?

    @Option(name: .long, help: ArgumentHelp("Save the answers' sound as WAV.", valueName: "FILE"))
    var save: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A function the model may call, and what it returns; may be repeated.",
            valueName: "NAME=RESULT"
        )
    )
    var tool: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The model that writes down what you speak; '' for none.", valueName: "MODEL")
    )
    var transcriber = "whisper-1"

    @Flag(
        name: .customLong("no-detection"),
        help: "Turn the server's turn detection off and end spoken turns ourselves."
    )
    var noDetection = false

    @Flag(name: .long, help: "Speak the beta shape of the protocol, as many compatible servers do.")
    var beta = false

    @Flag(name: .long, help: "Print the type of every event, both ways.")
    var events = false

    func validate() throws {
        for text in self.tool where TalkTool(text) == nil {
            throw ValidationError("--tool '\(text)' is not NAME=RESULT; the name has letters, digits, - and _ only.")
        }
    }

    /// Whether there is to be a talk, in either vocabulary.
    var isOn: Bool { self.speaksRealtime || self.seed }

    /// Options of this mode make no sense without it.
    func requireMode() throws {
        if self.seed { try self.checkSeed() }
        if !self.seed, self.model != nil || self.keyInMessage {
            throw ValidationError(
                "--model and --key-in-message need --seed; with --realtime the address names the model."
            )
        }
        guard !self.isOn else { return }
        let isUsed =
            !self.text.isEmpty || !self.audio.isEmpty || self.save != nil || !self.tool.isEmpty || self.beta
            || self.voice != nil || self.instructions != nil || self.events
        if isUsed {
            throw ValidationError(
                "--text, --audio, --save, --tool, --voice, --instructions … need --realtime or --seed."
            )
        }
    }

    private func checkSeed() throws {
        guard self.model?.isEmpty == false else { throw ValidationError("--seed needs --model NAME.") }
        let speaks = !self.audio.isEmpty || self.save != nil || self.voice != nil || self.modality == .audio
        if self.beta || self.noDetection || speaks {
            throw ValidationError(
                "--seed is text only: --audio, --save, --voice, --beta, --no-detection need --realtime."
            )
        }
    }

    /// The plan of a talk in the compact vocabulary.
    func seedPlan(key: String?) -> TalkPlan {
        var plan = self.plan
        plan.model = self.model
        plan.key = self.keyInMessage ? key : nil
        return plan
    }

    /// The talk's plan; turns come separately.
    var plan: TalkPlan {
        var plan = TalkPlan()
        plan.shape = self.beta ? .beta : .ga
        let speaks = !self.audio.isEmpty || self.save != nil || self.voice != nil
        plan.modality = self.modality ?? (speaks ? .audio : .text)
        plan.instructions = self.instructions
        plan.voice = self.voice
        plan.transcriber = self.transcriber.isEmpty ? nil : self.transcriber
        plan.tools = self.tool.compactMap { TalkTool($0) }
        plan.isPaced = !self.fast
        plan.disablesDetection = self.noDetection
        return plan
    }
}
