// What a Gemini Live session remembers, and can be resumed with: who said what, and how many tokens each part has.

import Dialects

/// One contribution to the conversation.
struct LiveEntry: Equatable, Sendable {
    enum Role: Equatable, Sendable {
        case user
        case model
        /// A call of a function, by its id.
        case call(id: String, name: String)
        /// What a function gave.
        case result(name: String)
    }

    let role: Role
    var text = ""
    var heard: HeardAudio?
    var images: [ImageDescription] = []
    var spokenMilliseconds = 0

    var textTokens: Int {
        // What was spoken counts as sound, and its words are only known besides.
        self.spokenMilliseconds > 0 ? 0 : TokenCount.text(self.text)
    }

    var audioTokens: Int {
        TokenCount.heard(milliseconds: self.heard?.milliseconds ?? 0)
            + TokenCount.spoken(milliseconds: self.spokenMilliseconds)
    }

    var imageTokens: Int { self.images.map(\.tokens).reduce(0, +) }
}

/// Entries in their order; the oldest go when there are too many.
struct LiveConversation: Equatable, Sendable {
    private(set) var entries: [LiveEntry] = []

    mutating func append(_ entry: LiveEntry) {
        self.entries.append(entry)
        if self.entries.count > SimulatorLimits.conversationItems { self.entries.removeFirst() }
    }

    /// Takes turns of `clientContent`.
    mutating func append(turn json: JSONValue) {
        let isModel = json["role"]?.string == "model"
        var entry = LiveEntry(role: isModel ? .model : .user, text: LiveSetup.text(of: json))
        for part in json["parts"]?.elements ?? [] {
            guard let data = part.proto("inlineData") else { continue }
            entry.images.append(Self.image(data))
        }
        self.append(entry)
    }

    /// Describes a picture that came as `{data, mimeType}`.
    static func image(_ data: JSONValue) -> ImageDescription {
        let type = data.proto("mimeType")?.string ?? "application/octet-stream"
        return ImageDescription(url: "data:\(type);base64,\(data["data"]?.string ?? "")", detail: nil)
    }

    /// The names of calls that an id stands for.
    func callName(_ id: String) -> String? {
        for entry in self.entries.reversed() {
            if case .call(id, let name) = entry.role { return name }
        }
        return nil
    }

    /// What the next answer may refer to: all that came since the model spoke last.
    var material: AnswerMaterial {
        var material = AnswerMaterial()
        material.turn = self.entries.count { $0.role == .model }
        var texts: [String] = []
        scan: for entry in self.entries.reversed() {
            switch entry.role {
            case .model: break scan
            case .call:
                // A call without a result was given up; what it was about is past.
                if material.toolResults.isEmpty { break scan }
            case .result(let name): material.toolResults.insert((name, entry.text), at: 0)
            case .user:
                if !entry.text.isEmpty { texts.insert(entry.text, at: 0) }
                material.images.insert(contentsOf: entry.images, at: 0)
                material.heard = material.heard ?? entry.heard
            }
        }
        material.userText = texts.isEmpty ? nil : texts.joined(separator: " ")
        return material
    }

    /// Tokens of all of it, with the settings'.
    func tokens(with setup: LiveSetup) -> LiveTokens {
        var tokens = LiveTokens(text: TokenCount.text(setup.instructions) + TokenCount.text(setup.toolsText))
        for entry in self.entries {
            tokens.text += entry.textTokens
            tokens.audio += entry.audioTokens
            tokens.image += entry.imageTokens
        }
        return tokens
    }
}

/// Counts by kind.
struct LiveTokens: Equatable, Sendable {
    var text = 0
    var audio = 0
    var image = 0

    var total: Int { self.text + self.audio + self.image }

    /// As `usageMetadata` tells them.
    var details: JSONValue {
        let kinds: [(String, Int)] = [("TEXT", self.text), ("AUDIO", self.audio), ("IMAGE", self.image)]
        return .array(
            kinds.filter { $0.1 > 0 }.map { ["modality": .string($0.0), "tokenCount": .integer($0.1)] }
        )
    }
}
