// `/api/keys/{key_id}/rotate`: where a call lives.

import HTTPFraming

/// A path with places for ids.
struct PathTemplate: Sendable, Equatable, ExpressibleByStringLiteral {
    enum Segment: Sendable, Equatable {
        case fixed(String)
        case parameter(String)
    }

    let text: String
    let segments: [Segment]

    init(stringLiteral text: String) {
        self.text = text
        self.segments = RequestTarget.segments(text).map { segment in
            segment.hasPrefix("{") ? .parameter(String(segment.dropFirst().dropLast())) : .fixed(String(segment))
        }
    }

    var parameters: [String] {
        self.segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            return name
        }
    }

    /// The values of the parameters, decoded; nil for another path, or when a value is not sound.
    func match(_ segments: [Substring]) -> [String: String]? {
        guard segments.count == self.segments.count else { return nil }
        var values: [String: String] = [:]
        for (own, given) in zip(self.segments, segments) {
            switch own {
            case .fixed(let text):
                guard text == given else { return nil }
            case .parameter(let name):
                guard let value = RequestTarget.decodeSegment(given), !value.isEmpty else { return nil }
                values[name] = value
            }
        }
        return values
    }
}
