// A JSON object taken apart no further than the texts of its members, for a translator that renames and moves some of
// them: what it does not touch goes on byte for byte, and a megabyte of audio is copied once, when the text is put together.

/// An object whose members can be renamed, replaced and moved.
package struct JSONObjectText: Equatable, Sendable {
    /// A member: its name, decoded, and its value as it is written.
    package struct Member: Equatable, Sendable {
        package var name: String
        package var value: ArraySlice<UInt8>

        package init(_ name: String, _ value: ArraySlice<UInt8>) {
            self.name = name
            self.value = value
        }
    }

    /// In their order.
    package private(set) var members: [Member] = []

    package init() {}

    /// Takes an object apart; nil for another value, for what is no JSON, and when a name appears twice.
    package init?(_ text: ArraySlice<UInt8>) {
        let span = text.span
        do throws(JSONViolation) {
            for member in try TopLevelScanner.members(of: span) {
                guard let name = JSONString.decode(span, member.key) else { return nil }
                let start = text.startIndex
                let value = text[(start + member.value.lowerBound)..<(start + member.value.upperBound)]
                self.members.append(Member(name, value))
            }
        } catch {
            return nil
        }
    }

    package var isEmpty: Bool { self.members.isEmpty }

    /// The value of a member as it is written; setting nil removes the member, setting a new one appends it.
    package subscript(_ name: String) -> ArraySlice<UInt8>? {
        get { self.members.first { $0.name == name }?.value }
        set {
            let index = self.members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): self.members[index].value = value
            case (let index?, nil): self.members.remove(at: index)
            case (nil, let value?): self.members.append(Member(name, value))
            case (nil, nil): break
            }
        }
    }

    /// The text of a string member; nil when there is none, or something else.
    package func string(_ name: String) -> String? {
        self[name].flatMap(JSONText.string)
    }

    /// Puts a new member before all others.
    package mutating func prepend(_ name: String, _ value: ArraySlice<UInt8>) {
        self[name] = nil
        self.members.insert(Member(name, value), at: 0)
    }

    /// Gives a member another name; one that had it goes.
    package mutating func rename(_ name: String, to other: String) {
        guard name != other, self.members.contains(where: { $0.name == name }) else { return }
        self[other] = nil
        guard let index = self.members.firstIndex(where: { $0.name == name }) else { return }
        self.members[index].name = other
    }

    /// Replaces the value of a member, if there is one; nil leaves it as it is.
    package mutating func change(_ name: String, _ change: (ArraySlice<UInt8>) -> ArraySlice<UInt8>?) {
        guard let index = self.members.firstIndex(where: { $0.name == name }),
            let value = change(self.members[index].value)
        else { return }
        self.members[index].value = value
    }

    /// The object put together.
    package var text: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(self.members.reduce(2) { $0 + $1.name.utf8.count + $1.value.count + 4 })
        output.append(JSONGrammar.openBrace)
        for (index, member) in self.members.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            JSONString.append(member.name, to: &output)
            output.append(JSONGrammar.colon)
            output.append(contentsOf: member.value)
        }
        output.append(JSONGrammar.closeBrace)
        return output
    }
}
