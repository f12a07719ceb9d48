// Members for people (a table) and for programs (JSON, with the names that /api has); never a password's hash.

import Foundation
import SessionCore

/// A member as JSON.
struct MemberDescription: Encodable {
    let id: String
    let name: String
    let role: String
    let account: String
    let status: String
    let createdAt: Date
    let disabledAt: Date?

    private enum CodingKeys: String, CodingKey {
        case id, name, role, account, status
        case createdAt = "created_at"
        case disabledAt = "disabled_at"
    }

    init(_ member: Member) {
        self.id = member.id
        self.name = member.name
        self.role = member.role.rawValue
        self.account = member.accountID
        self.status = member.disabledAt == nil ? "active" : "disabled"
        self.createdAt = member.createdAt
        self.disabledAt = member.disabledAt
    }
}

/// Prints members.
enum MemberPrinting {
    static func show(_ member: Member, _ words: String, json: Bool) throws {
        if json {
            Console.say(try Shown.json(MemberDescription(member)))
        } else {
            Console.say("\(words) \(member.id) (\(member.name))")
        }
    }

    static func table(_ members: [Member]) -> String {
        guard !members.isEmpty else { return "There are no members yet: longwire members create --name NAME" }
        var table = Table([
            ("ID", .left), ("NAME", .left), ("ROLE", .left), ("ACCOUNT", .left), ("STATUS", .left), ("CREATED", .left),
        ])
        for member in members {
            table.add([
                member.id, member.name, member.role.rawValue, member.accountID,
                member.disabledAt == nil ? "active" : "disabled", Shown.day(member.createdAt),
            ])
        }
        return table.text
    }
}
