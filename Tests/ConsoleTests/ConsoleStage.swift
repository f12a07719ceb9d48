// The API without a socket: stores in memory, a caller of the test's choice, and the answer as it would be sent.

import EventLoop
import Foundation
import HTTPFraming
import Logging
import OpenSSLTLS
import SessionCore
import Testing

@testable import Console

/// What the API answered.
struct Told {
    let status: Int
    let json: JSON
    let body: [UInt8]
    let cookie: String?

    var data: JSON { self.json["data"] ?? .null }
    var code: String? { self.json["error"]?["code"]?.text }
    var param: String? { self.json["error"]?["param"]?.text }
    var entries: [JSON] {
        guard case .array(let entries) = self.data else { return [] }
        return entries
    }
    /// The pair that a browser would send back.
    var cookiePair: String { String((self.cookie ?? "").prefix { $0 != ";" }) }
}

/// The parts of one API, in memory.
final class ConsoleStage: Sendable {
    static let adminKey = "admin-key-of-the-tests"

    let keyStore = MemoryKeyStore()
    let accounts = MemoryAccountStore()
    let secrets = MemorySecrets()
    let ledger = MemoryLedger()
    let board = MemoryBoard()
    let keeper = LimitKeeper()
    let health = UpstreamHealth(upstreams: ["up"])
    let keyBoard: ProviderKeyBoard
    let shared: ConsoleShared

    init(adminKey: String? = ConsoleStage.adminKey, limits: ConsoleLimits = ConsoleLimits()) throws {
        let parameters = try #require(ScryptParameters(cost: 16, blockSize: 1, parallelization: 1))
        let url = BaseURL(scheme: .https, host: "api.example.com", port: 443, pathPrefix: "/v1")
        let upstream = Upstream(name: "up", dialect: .openai, baseURL: url, apiKeys: [Secret("sk-provider-0123456789")])
        let price = try #require(TokenPrice(usdPerThousand: "0.004"))
        let models = ["talk", "chat-1"].map { id in
            Model(
                id: id,
                routes: [Route(upstream: "up", model: "real-\(id)")],
                capabilities: ["chat"],
                pricing: Pricing([.input: price])
            )
        }
        self.keyBoard = ProviderKeyBoard(upstreams: [upstream], policy: RoutingPolicy())
        self.shared = ConsoleShared(
            adminKey: adminKey.map { Secret($0) },
            keyStore: self.keyStore,
            accounts: self.accounts,
            secrets: self.secrets,
            ledger: self.ledger,
            keys: KeyDirectory(store: self.keyStore),
            keeper: self.keeper,
            catalog: ModelCatalog(models: models, upstreams: [upstream]),
            health: self.health,
            keyBoard: self.keyBoard,
            board: self.board,
            passwords: PasswordHasher(parameters: parameters),
            limits: limits,
            second: { 1_000 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static let host = ("host", "localhost:8080")
    static let admin = [host, ("authorization", "Bearer \(adminKey)")]

    static func visitor(
        _ fields: [(String, String)],
        peer: SocketAddress = .loopback(port: 9),
        isSecure: Bool = false
    ) -> Visitor {
        Visitor(fields: HeaderFields(fields), peer: peer, isSecure: isSecure)
    }

    /// Makes a call and returns what is answered; 404 and 405 of the router are told as such.
    func ask(
        _ method: HTTPMethod,
        _ target: String,
        _ body: JSON? = nil,
        as fields: [(String, String)] = ConsoleStage.admin,
        peer: SocketAddress = .loopback(port: 9),
        isSecure: Bool = false
    ) async throws -> Told {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard case .found(let endpoint, let parameters) = RouteTable.match(method, parts[0]) else {
            return Told(status: 404, json: .null, body: [], cookie: nil)
        }
        let fields = fields + (body == nil ? [] : [("content-type", "application/json")])
        let work = CallWork(
            endpoint: endpoint,
            shared: self.shared,
            head: RequestHead(
                method: method,
                target: target,
                path: parts[0],
                query: parts.count > 1 ? parts[1] : nil,
                fields: HeaderFields(fields)
            ),
            visitor: Self.visitor(fields, peer: peer, isSecure: isSecure),
            parameters: parameters,
            body: body?.bytes ?? [],
            requestID: .make()
        )
        switch await work.run() {
        case .refused(let error):
            let body = Envelope.bytes(error, requestID: .make(), now: Date())
            return Told(status: error.status, json: JSON(body) ?? .null, body: body, cookie: nil)
        case .whole(let status, _, let body, let cookie):
            let told = Told(status: status, json: JSON(body) ?? .null, body: body, cookie: cookie)
            // Whatever succeeds looks as the document says.
            if let schema = OpenAPIDocument.envelope(endpoint.answer) {
                let flaw = schema.flaw(in: told.json, at: "")
                #expect(flaw == nil, "\(endpoint.name): \(flaw?.message ?? "")")
            }
            return told
        case .pieces(let pieces, _, _):
            var (body, cursor): ([UInt8], Int64?) = (pieces.first, nil)
            repeat {
                let piece = try await pieces.next(cursor)
                body += piece.bytes
                cursor = piece.next
            } while cursor != nil
            return Told(status: 200, json: .null, body: body, cookie: nil)
        }
    }

    // MARK: Who may call

    /// A new key and the fields that show it.
    func key(_ describe: (inout KeyRecord) -> Void = { _ in }) throws -> (record: KeyRecord, fields: [(String, String)])
    {
        let issued = try IssuedKey(name: "key", now: Date(), describe: describe)
        self.keyStore.add(issued.record)
        return (issued.record, [Self.host, ("authorization", "Bearer \(issued.text.text)")])
    }

    /// Makes a member, signs in, and returns the fields that a page of ours sends.
    func signIn(_ name: String, role: Member.Role, account: String = "default") async throws -> [(String, String)] {
        let hash = try await self.shared.passwords.hash("correct horse")
        let member = Member(
            id: try Identifier.member(),
            accountID: account,
            name: name,
            role: role,
            passwordHash: hash,
            createdAt: Date()
        )
        try await self.accounts.insert(member)
        let told = try await self.ask(
            .post,
            "/api/sign-in",
            ["name": .string(name), "password": "correct horse"],
            as: [Self.host]
        )
        try #require(told.status == 200)
        return [Self.host, ("cookie", told.cookiePair), ("origin", "http://localhost:8080")]
    }

    func account(_ id: String, limits: UsageLimits = UsageLimits(), models: [String] = []) async throws {
        try await self.accounts.insert(
            Account(id: id, name: "name of \(id)", createdAt: Date(), limits: limits, models: models)
        )
    }
}
