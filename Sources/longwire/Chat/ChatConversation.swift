// What was said so far, and the request that asks for what comes next.

import Foundation

/// A conversation with a model.
struct ChatConversation {
    /// Far more than a context holds, far less than a relay refuses.
    private static let limitBytes = 8 << 20

    var model: String
    let system: String?
    private var turns: [(role: String, text: String)] = []
    private var bytes = 0

    init(model: String, system: String?) {
        self.model = model
        self.system = system
    }

    /// Whether more can be said.
    var isFull: Bool { self.bytes > Self.limitBytes }

    mutating func say(_ text: String) { self.add("user", text) }
    mutating func hear(_ text: String) { self.add("assistant", text) }

    /// Takes back what was said last if nothing was heard: it may be said again.
    mutating func takeBackUnanswered() {
        guard self.turns.last?.role == "user", let last = self.turns.popLast() else { return }
        self.bytes -= last.text.utf8.count
    }

    mutating func reset() {
        self.turns = []
        self.bytes = 0
    }

    private mutating func add(_ role: String, _ text: String) {
        self.turns.append((role, text))
        self.bytes += text.utf8.count
    }

    /// The body of `POST /v1/chat/completions`.
    func request() throws -> [UInt8] {
        let all = (self.system.map { [("system", $0)] } ?? []) + self.turns.map { ($0.role, $0.text) }
        let body: [String: Any] = [
            "model": self.model,
            "messages": all.map { ["role": $0.0, "content": $0.1] },
            "stream": true,
        ]
        return Array(try JSONSerialization.data(withJSONObject: body, options: [.sortedKeys, .withoutEscapingSlashes]))
    }
}
