// Calls to a running relay, over the relay's own HTTP client on a loop that lives for one call.

import ArgumentParser
import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Transport

/// Speaks to one relay.
struct RelayClient {
    /// A list of as many sessions as a relay tells of, and more.
    private static let answerBytes = 16 << 20
    private static let connectTimeout: Duration = .seconds(5)

    let base: BaseURL
    /// Shown as a bearer: an admin key, or the key of a client.
    let credential: Secret?
    let trust: TLSClientConfiguration

    /// Asks Longwire's own API and returns the `data` of the answer; whatever is no success ends the command.
    func call(_ method: HTTPMethod, _ path: String) async throws -> Any {
        let answer = try await self.collect(method, path)
        let envelope = (try? JSONSerialization.jsonObject(with: Data(answer.body))) as? [String: Any]
        if (200...299).contains(answer.status), let data = envelope?["data"] { return data }
        throw self.complain(answer)
    }

    /// Asks for something and collects the answer; a relay that does not answer ends the command.
    func collect(_ method: HTTPMethod, _ path: String) async throws -> RelayAnswer {
        let stream = try self.open(method, path, firstByteTimeout: .seconds(30))
        do {
            return try await stream.collect(limit: Self.answerBytes)
        } catch let failure as CallFailure {
            throw self.complain(failure)
        }
    }

    /// Starts a call whose answer is taken as it arrives.
    func open(
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8] = [],
        firstByteTimeout: Duration
    ) throws -> RelayStream {
        var endpoint = UpstreamEndpoint(
            name: "relay",
            host: self.base.host,
            port: self.base.port,
            tls: self.base.isSecure ? try TLSContext(client: self.trust) : nil
        )
        endpoint.connectTimeout = Self.connectTimeout
        endpoint.firstByteTimeout = firstByteTimeout
        var fields = HeaderFields([("host", self.base.authority), ("accept", "application/json, text/event-stream")])
        fields.append("user-agent", "longwire/\(Longwire.version)")
        if let credential { fields.append("authorization", "Bearer \(credential.reveal())") }
        if !body.isEmpty {
            fields.append("content-type", "application/json")
            fields.append("content-length", "\(body.count)")
        }
        let target = self.base.pathPrefix + path
        return try RelayStream(
            UpstreamRequest(method: method, target: target, fields: fields, body: body),
            to: endpoint
        )
    }

    /// Tells what a relay said instead of a success; the exit code to end with.
    func complain(_ answer: RelayAnswer) -> ExitCode {
        Console.complain(
            answer.told
                ?? "What answers at \(self.base) is no relay, or one that does not know this: status \(answer.status)."
        )
        return answer.status >= 500 ? ExitCode(Console.unavailableExit) : ExitCode.failure
    }

    /// Tells that nothing answers; the exit code to end with.
    func complain(_ failure: CallFailure) -> ExitCode {
        Console.complain(
            "The relay at \(self.base) does not answer: \(failure). Is it running? --url names another address."
        )
        return ExitCode(Console.unavailableExit)
    }
}

/// A whole answer.
struct RelayAnswer: Sendable {
    let status: Int
    let body: [UInt8]

    /// `error.message`, as every error of a relay has it.
    var told: String? { Self.error(in: self.body).map { Shown.oneLine($0.message) } }
    /// `error.code`.
    var code: String? { Self.error(in: self.body)?.code }

    /// The error that a body, or an event of a stream, tells.
    static func error(in body: [UInt8]) -> (message: String, code: String?)? {
        let object = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
        guard let error = object?["error"] as? [String: Any], let message = error["message"] as? String else {
            return nil
        }
        return (message, error["code"] as? String)
    }
}

/// Why there is no answer.
struct CallFailure: Error, CustomStringConvertible {
    let description: String
}
