// What a model says, found in the answer of a relay piece by piece (protocol: http §1.3, §1.4).

import Dialects
import Foundation

/// Reads one answer.
struct ChatAnswer {
    /// How an answer came to its end.
    enum Ending: Equatable {
        case complete
        /// With the provider's word for it.
        case cut(String)
        case refused(status: Int, code: String?, message: String?)
        /// Began, and broke.
        case broken(String)
    }

    /// Error bodies and answers that are no stream.
    private static let bodyBytes = 32 << 20

    private var status = 0
    private var isStream = false
    private var body: [UInt8] = []
    private var parser = EventStreamParser()
    private var finish: String?
    private var isDone = false
    private var failure: String?
    /// All that was said.
    private(set) var text = ""

    mutating func begin(status: Int, mediaType: String) {
        self.status = status
        self.isStream = status == 200 && mediaType == "text/event-stream"
    }

    /// Takes bytes of the body and returns what they say.
    mutating func take(_ bytes: [UInt8]) -> String {
        guard self.isStream else {
            if self.body.count + bytes.count <= Self.bodyBytes { self.body += bytes }
            return ""
        }
        self.parser.append(bytes.span)
        var said = ""
        do {
            while let block = try self.parser.next() {
                said += self.read(self.parser.data(of: block))
            }
        } catch {
            self.failure = "the stream cannot be read (\(error))"
        }
        self.text += said
        return said
    }

    /// The body has ended: what is left to say, and how it ended.
    mutating func end() -> (said: String, ending: Ending) {
        guard self.isStream else { return self.whole() }
        if let failure { return ("", .broken(failure)) }
        guard self.isDone || self.finish != nil else { return ("", .broken("the stream ended early")) }
        return ("", self.ending)
    }

    private var ending: Ending {
        switch self.finish {
        case nil, "stop": .complete
        case let reason?: .cut(reason)
        }
    }

    private mutating func whole() -> (said: String, ending: Ending) {
        guard self.status == 200 else {
            let error = RelayAnswer.error(in: self.body)
            return ("", .refused(status: self.status, code: error?.code, message: error?.message))
        }
        guard let choice = Self.choice(in: self.body) else { return ("", .broken("it is no chat completion")) }
        self.finish = choice["finish_reason"] as? String
        let said = Self.words(of: choice["message"])
        self.text += said
        return (said, self.ending)
    }

    private mutating func read(_ data: [UInt8]) -> String {
        if data.starts(with: Array("[DONE]".utf8)) {
            self.isDone = true
            return ""
        }
        guard !data.isEmpty, !self.isDone else { return "" }
        if let error = RelayAnswer.error(in: data) {
            self.failure = error.message
            return ""
        }
        guard let choice = Self.choice(in: data) else { return "" }
        if let reason = choice["finish_reason"] as? String { self.finish = reason }
        return Self.words(of: choice["delta"])
    }

    private static func choice(in data: [UInt8]) -> [String: Any]? {
        let object = (try? JSONSerialization.jsonObject(with: Data(data))) as? [String: Any]
        return (object?["choices"] as? [[String: Any]])?.first
    }

    /// What is said, or said instead of it.
    private static func words(of message: Any?) -> String {
        guard let message = message as? [String: Any] else { return "" }
        return (message["content"] as? String ?? "") + (message["refusal"] as? String ?? "")
    }
}
