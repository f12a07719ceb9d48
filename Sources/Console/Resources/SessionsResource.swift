// /api/sessions: what runs now on all loops of this process, and its end at an operator's word.

import Foundation
import HTTPFraming
import SessionCore

/// The calls about live sessions.
enum SessionsResource {
    static let endpoints: [Endpoint] = [
        Endpoint(
            .get,
            "/api/sessions",
            "listSessions",
            "sessions",
            "Lists live sessions, oldest first.",
            for: .members,
            query: [
                QueryItem("key", .identifier("Id of a key.")), QueryItem("account", .identifier("Id of an account.")),
                QueryItem("model", .phrase("The model as asked for.")),
                QueryItem("limit", Schema(.integer(1...1_000), "The most to be listed.")),
            ],
            answer: AnswerShape("The sessions.", Schema(.list(Shapes.session, maximum: 1_000))),
            handle: { call throws(RelayError) in
                let own = call.caller?.accountID
                let all = await call.shared.board.sessions(limit: call.shared.limits.sessions)
                let chosen = all.lazy.filter { session in
                    (own.map { session.accountID == $0 } ?? true)
                        && (call.text("key").map { session.keyID == $0 } ?? true)
                        && (call.text("account").map { session.accountID == $0 } ?? true)
                        && (call.text("model").map { session.model == $0 } ?? true)
                }
                return .data(.array(chosen.prefix(call.pageSize).map { Self.describe($0, call.now) }))
            }
        ),
        Endpoint(
            .delete,
            "/api/sessions/{session_id}",
            "endSession",
            "sessions",
            "Ends a session with 1008 and the reason `session_ended`.",
            for: .members,
            answer: AnswerShape("Ended.", Shapes.ended),
            refusals: [404],
            handle: Self.end
        ),
        Endpoint(
            .post,
            "/api/sessions/{session_id}/end",
            "endSessionByPost",
            "sessions",
            "The same as DELETE.",
            for: .members,
            answer: AnswerShape("Ended.", Shapes.ended),
            refusals: [404],
            handle: Self.end
        ),
    ]

    private static func end(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let id = call.parameter("session_id")
        if let own = call.caller?.accountID {
            let all = await call.shared.board.sessions(limit: call.shared.limits.sessions)
            guard all.contains(where: { $0.id == id && $0.accountID == own }) else { throw .noSuch("session", id) }
        }
        guard await call.shared.board.end(id: id) else { throw .noSuch("session", id) }
        return .data(["id": .string(id), "ended": true])
    }

    private static func describe(_ session: LiveSession, _ now: Date) -> JSON {
        [
            "id": .string(session.id), "request_id": .string(session.requestID),
            "kind": .string(session.kind.rawValue), "key": .string(session.keyID),
            "account": .string(session.accountID), "model": .string(session.model),
            "upstream": .string(session.upstream), "state": .string(session.state.rawValue),
            "started_at": .string(Moment.text(session.startedAt)),
            "age_ms": .integer(Int64(max(0, now.timeIntervalSince(session.startedAt) * 1_000))),
            "messages_from_client": .count(session.messagesFromClient),
            "messages_from_upstream": .count(session.messagesFromUpstream),
            "bytes_from_client": .count(session.bytesFromClient),
            "bytes_from_upstream": .count(session.bytesFromUpstream),
            "buffered_bytes": .count(session.bufferedBytes), "turns": .count(session.turns),
            "tokens": session.tokens.json, "cost_usd": .usd(session.costMicroUSD),
        ]
    }
}
