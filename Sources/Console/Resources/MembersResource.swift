// /api/members: who may sign in. Only admins see and change them; a password goes in and never comes out.

import Foundation
import HTTPFraming
import SessionCore

/// The calls about members.
enum MembersResource {
    private static let role = Schema(.choice(Member.Role.allCases.map(\.rawValue)), "An admin acts for all accounts.")

    static let endpoints: [Endpoint] = [
        Endpoint(
            .post,
            "/api/members",
            "createMember",
            "members",
            "Lets somebody sign in.",
            for: .admins,
            body: Schema(
                .named(
                    "MemberToCreate",
                    Schema(
                        .object([
                            Property(
                                "name",
                                .name("What is typed to sign in; unique.", example: "ada"),
                                required: true
                            ),
                            Property("password", .password, required: true), Property("role", role),
                            Property("account", .name("Id or name of the account; `default` if left out.")),
                        ])
                    )
                )
            ),
            answer: AnswerShape("The member.", Shapes.member, status: 201),
            refusals: [404, 409],
            handle: Self.create
        ),
        Endpoint(
            .get,
            "/api/members",
            "listMembers",
            "members",
            "Lists members, oldest first.",
            for: .admins,
            answer: AnswerShape("The members.", Schema(.list(Shapes.member, maximum: 1_000_000))),
            handle: { call throws(RelayError) in
                let all = try await call.store("member") { () throws(StoreError) in
                    try await call.shared.accounts.members()
                }
                return .data(.array(all.map { call.describe($0) }))
            }
        ),
        Endpoint(
            .get,
            "/api/members/{member_id}",
            "getMember",
            "members",
            "Tells about a member.",
            for: .admins,
            answer: AnswerShape("The member.", Shapes.member),
            refusals: [404],
            handle: { call throws(RelayError) in .data(call.describe(try await Self.find(call))) }
        ),
        Endpoint(
            .patch,
            "/api/members/{member_id}",
            "updateMember",
            "members",
            "Changes what is given; a new password, role or account ends all sign-ins of the member.",
            for: .admins,
            body: Schema(
                .named(
                    "MemberChanges",
                    Schema(
                        .object([
                            Property("name", .name("What is typed to sign in; unique.")),
                            Property("password", .password), Property("role", role),
                            Property("account", .name("Id or name of the account.")),
                        ])
                    )
                )
            ),
            answer: AnswerShape("The member.", Shapes.member),
            refusals: [404, 409],
            handle: Self.update
        ),
        Endpoint(
            .post,
            "/api/members/{member_id}/disable",
            "disableMember",
            "members",
            "Ends all sign-ins of a member and lets the member make no other.",
            for: .admins,
            answer: AnswerShape("The member.", Shapes.member),
            refusals: [404],
            handle: { call throws(RelayError) in
                var member = try await Self.find(call)
                member.disabledAt = member.disabledAt ?? call.now
                return try await Self.keep(member, call, endsSignIns: true)
            }
        ),
        Endpoint(
            .post,
            "/api/members/{member_id}/enable",
            "enableMember",
            "members",
            "Lets a member sign in again.",
            for: .admins,
            answer: AnswerShape("The member.", Shapes.member),
            refusals: [404],
            handle: { call throws(RelayError) in
                var member = try await Self.find(call)
                member.disabledAt = nil
                return try await Self.keep(member, call, endsSignIns: false)
            }
        ),
    ]

    private static func create(_ call: APICall) async throws(RelayError) -> APIAnswer {
        guard let id = try? Identifier.member() else { throw .internalError() }
        let account = try await Self.account(call) ?? .standard
        let member = Member(
            id: id,
            accountID: account.id,
            name: call.body["name"]?.text ?? "",
            role: call.body["role"]?.text.flatMap(Member.Role.init) ?? .member,
            passwordHash: try await SignInResource.hash(call.body["password"]?.text ?? "", call),
            createdAt: call.now
        )
        try await call.store("member") { () throws(StoreError) in try await call.shared.accounts.insert(member) }
        return .data(call.describe(member), status: 201)
    }

    private static func update(_ call: APICall) async throws(RelayError) -> APIAnswer {
        var member = try await Self.find(call)
        if let name = call.body["name"]?.text { member.name = name }
        if let role = call.body["role"]?.text.flatMap(Member.Role.init) { member.role = role }
        if let account = try await Self.account(call) { member.accountID = account.id }
        if let password = call.body["password"]?.text {
            member.passwordHash = try await SignInResource.hash(password, call)
        }
        let endsSignIns = ["password", "role", "account"].contains { call.body[$0] != nil }
        return try await Self.keep(member, call, endsSignIns: endsSignIns)
    }

    private static func keep(_ member: Member, _ call: APICall, endsSignIns: Bool) async throws(RelayError) -> APIAnswer
    {
        let kept = try await call.store("member") { () throws(StoreError) in
            let kept = try await call.shared.accounts.update(member)
            if endsSignIns { try await call.shared.accounts.deleteSignIns(memberID: member.id) }
            return kept
        }
        return .data(call.describe(kept))
    }

    private static func find(_ call: APICall) async throws(RelayError) -> Member {
        let id = call.parameter("member_id")
        let found = try await call.store("member") { () throws(StoreError) in
            try await call.shared.accounts.member(id: id)
        }
        guard let found else { throw .noSuch("member", id) }
        return found
    }

    /// The account that a body names; nil when it names none.
    private static func account(_ call: APICall) async throws(RelayError) -> Account? {
        guard let text = call.body["account"]?.text else { return nil }
        guard let account = try await AccountsResource.account(text, call) else { throw .noSuch("account", text) }
        return account
    }
}
