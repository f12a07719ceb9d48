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
            .get,
            "/api/sessions/{session_id}/events",
            "watchSession",
            "sessions",
            "Tells types, sizes and times of a session's latest messages, never their content.",
            for: .members,
            answer: AnswerShape(
                "Up to 500 messages since somebody began to look on, oldest first. Looking on ends 15 s after the last call.",
                Schema(.list(Shapes.sessionEvent, maximum: 500))
            ),
            refusals: [404],
            handle: Self.events
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

    /// The id of a path, if the caller may know of the session.
    private static func id(_ call: APICall) async throws(RelayError) -> String {
        let id = call.parameter("session_id")
        if let own = call.caller?.accountID {
            let all = await call.shared.board.sessions(limit: call.shared.limits.sessions)
            guard all.contains(where: { $0.id == id && $0.accountID == own }) else { throw .noSuch("session", id) }
        }
        return id
    }

    private static func events(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let id = try await Self.id(call)
        guard let events = await call.shared.board.events(id: id) else { throw .noSuch("session", id) }
        return .data(
            .array(
                events.map { event in
                    [
                        "number": .count(event.number), "from": event.isFromClient ? "client" : "upstream",
                        "type": .string(event.type), "bytes": .count(event.bytes),
                        "at_ms": .integer(event.milliseconds),
                    ]
                }
            )
        )
    }

    private static func end(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let id = try await Self.id(call)
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
