// The function calls of one streamed candidate (protocol: http §1.4). OpenAI tells id and name in the first fragment of an
// `index`, and arguments in the fragments behind it. Compatibles do as they like, and are understood so:
//
// - a fragment without `index` belongs to the call with its id; without id, too, a name starts a call, and a fragment with
//   neither continues the last one;
// - an `index` that is there already starts another call when it comes with another id and a name;
// - an id that never comes is made up, an id or a name that is repeated is passed over;
// - arguments before the name are held until it comes, up to `heldBytes`.
//
// Fragments of several calls may interleave; calls are numbered in the order in which their names came.

/// Reads the calls of one candidate.
struct OpenAIStreamCalls: Sendable {
    /// The most calls of one candidate.
    static let calls = 128
    /// The most bytes of arguments that wait for the name of their function.
    static let heldBytes = 64 * 1024

    private struct Call: Sendable {
        /// The `index` in the fragments; -1 for `function_call`, which has none.
        var wireIndex: Int?
        /// As the provider tells it.
        var id: String?
        /// The number under which the call was started; nil while it has no name.
        var number: Int?
        var held = ""
    }

    /// What one fragment says; empty texts count as absent.
    private struct Fragment {
        var index: Int?
        var id: String?
        var name: String?
        var arguments: String?
        var signature: String?
    }

    private var all: [Call] = []
    private var started = 0

    var isEmpty: Bool { all.isEmpty }

    /// Whether there is a call that nobody can make.
    var hasNameless: Bool { started < all.count }

    /// Reads `delta.tool_calls`.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        _ array: Range<Int>,
        _ candidate: Int,
        _ ids: inout ToolCallID,
        into events: inout [GenerationEvent]
    ) throws(ProviderError) {
        var elements = ElementCursor(array)
        while let element = elements.next(bytes) {
            guard element.kind == .object else { continue }
            var fragment = Fragment()
            var members = MemberCursor(element.value)
            while let member = members.next(bytes) {
                if member.isNamed("index", in: bytes) {
                    fragment.index = member.count(in: bytes)
                } else if member.isNamed("id", in: bytes) {
                    fragment.id = Self.text(bytes, member)
                } else if member.isNamed("function", in: bytes) {
                    Self.readFunction(bytes, member, into: &fragment)
                } else if member.isNamed("extra_content", in: bytes) {
                    fragment.signature = Self.signature(bytes, member)
                }
            }
            try take(fragment, candidate, &ids, into: &events)
        }
    }

    /// Reads `delta.function_call`, which was before tools: one call, without an id.
    mutating func readFormer(
        _ bytes: borrowing Span<UInt8>,
        _ object: Range<Int>,
        _ candidate: Int,
        _ ids: inout ToolCallID,
        into events: inout [GenerationEvent]
    ) throws(ProviderError) {
        var fragment = Fragment(index: -1)
        let whole = JSONMember(key: object, keyHasEscapes: false, value: object, kind: .object)
        Self.readFunction(bytes, whole, into: &fragment)
        try take(fragment, candidate, &ids, into: &events)
    }

    private mutating func take(
        _ fragment: Fragment,
        _ candidate: Int,
        _ ids: inout ToolCallID,
        into events: inout [GenerationEvent]
    ) throws(ProviderError) {
        let position = position(of: fragment)
        if position == all.count {
            guard all.count < Self.calls else {
                throw OpenAIResponseReader.nonsense("The provider's stream has too many function calls.")
            }
            all.append(Call(wireIndex: fragment.index, id: fragment.id))
        }
        if all[position].id == nil { all[position].id = fragment.id }
        if all[position].number == nil, let name = fragment.name {
            all[position].number = started
            let start = ToolCallStart(
                index: started,
                id: all[position].id ?? ids.next(),
                name: name,
                signature: fragment.signature
            )
            started += 1
            events.append(.toolCallStarted(start, candidate: candidate))
            if !all[position].held.isEmpty {
                events.append(.toolCallArguments(all[position].held, index: start.index, candidate: candidate))
                all[position].held = ""
            }
        }
        guard let arguments = fragment.arguments else { return }
        if let number = all[position].number {
            events.append(.toolCallArguments(arguments, index: number, candidate: candidate))
        } else {
            guard all[position].held.utf8.count + arguments.utf8.count <= Self.heldBytes else {
                throw OpenAIResponseReader.nonsense("A function call of the provider's stream has no name.")
            }
            all[position].held += arguments
        }
    }

    /// Where the call of a fragment is; behind all calls for a new one.
    private func position(of fragment: Fragment) -> Int {
        if let index = fragment.index {
            guard let position = all.lastIndex(where: { $0.wireIndex == index }) else { return all.count }
            let isAnother = fragment.name != nil && fragment.id != nil && all[position].id != nil
            return isAnother && fragment.id != all[position].id ? all.count : position
        }
        if let id = fragment.id { return all.lastIndex { $0.id == id } ?? all.count }
        if fragment.name != nil { return all.count }
        return max(0, all.count - 1)
    }

    private static func readFunction(
        _ bytes: borrowing Span<UInt8>,
        _ function: JSONMember,
        into fragment: inout Fragment
    ) {
        guard function.kind == .object else { return }
        var members = MemberCursor(function.value)
        while let member = members.next(bytes) {
            if member.isNamed("name", in: bytes) {
                fragment.name = text(bytes, member)
            } else if member.isNamed("arguments", in: bytes) {
                // Some compatibles send the object itself instead of its text.
                fragment.arguments =
                    member.kind == .object ? JSONString.raw(bytes, member.value) : text(bytes, member)
            }
        }
    }

    private static func signature(_ bytes: borrowing Span<UInt8>, _ content: JSONMember) -> String? {
        guard content.kind == .object else { return nil }
        var members = MemberCursor(content.value)
        while let google = members.next(bytes) {
            guard google.isNamed("google", in: bytes), google.kind == .object else { continue }
            var inner = MemberCursor(google.value)
            while let member = inner.next(bytes) {
                if member.isNamed("thought_signature", in: bytes) { return text(bytes, member) }
            }
        }
        return nil
    }

    private static func text(_ bytes: borrowing Span<UInt8>, _ member: JSONMember) -> String? {
        guard member.kind == .string, member.value.count > 2 else { return nil }
        return JSONString.decodeRepairing(bytes, (member.value.lowerBound + 1)..<(member.value.upperBound - 1))
    }
}
