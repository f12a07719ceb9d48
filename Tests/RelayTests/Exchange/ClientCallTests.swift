// A client's request in an upstream's words: what stays, what is translated, where it goes (protocol: http §0, §2.1, §7).

import Dialects
import HTTPFraming
import SessionCore
import Testing

@testable import Relay

@Suite("ClientCall")
struct ClientCallTests {
    private let head = RequestHead(
        method: .post,
        target: "/",
        path: "/",
        fields: HeaderFields([("anthropic-version", "2026-10-21"), ("anthropic-beta", "a"), ("anthropic-beta", "b")])
    )

    private func candidate(
        _ dialect: Upstream.Dialect,
        conversion: Upstream.Conversion = .lenient,
        model: String = "real"
    ) -> Candidate {
        let base = BaseURL(scheme: .https, host: "a", port: 443, pathPrefix: "/v1")
        let upstream = Upstream(name: "\(dialect)", dialect: dialect, baseURL: base, conversion: conversion)
        return Candidate(upstream: upstream, model: model)
    }

    private func call(_ path: String, _ body: String) throws -> ClientCall {
        try ClientCall(try #require(CallPath(path)), body: Array(body.utf8), contentType: nil)
    }

    private static let openai =
        #"{"model":"talk", "seed":7,"stream":true,"messages":[{"role":"user","content":"Hi"}],"max_tokens":9,"n":1}"#

    @Test("within one dialect bytes stay, but for the model and a stream's usage")
    func same() throws {
        var call = try self.call("/v1/chat/completions", Self.openai)
        #expect(call.isStream && call.boundedAnswerTokens == 9)
        let asked = try call.request(for: self.candidate(.simulator), from: self.head)
        #expect(asked.treatment == .passed && asked.path == "/chat/completions" && asked.query == nil)
        let text = String(decoding: asked.body, as: UTF8.self)
        #expect(text.hasPrefix(#"{"model":"real","stream_options":{"include_usage":true}, "seed":7,"#))
        #expect(asked.fields.isEmpty)
    }

    @Test("Claude's version and betas stay within the dialect, and are ours beyond it (§2.1)")
    func versions() throws {
        var own = try self.call("/v1/messages", #"{"model":"talk","max_tokens":1,"messages":[]}"#)
        let same = try own.request(for: self.candidate(.claude), from: self.head)
        #expect(same.fields.map { $0.value } == ["2026-10-21", "a", "b"])
        var foreign = try self.call("/v1/chat/completions", Self.openai)
        let other = try foreign.request(for: self.candidate(.claude), from: self.head)
        #expect(other.fields.map { $0.value } == ["2023-06-01"])
        #expect(other.treatment == .translated && other.path == "/messages" && other.dropped == ["seed"])
        #expect(other.query?.isEmpty ?? false)
    }

    @Test("a stream to Gemini asks for events, whatever the client asked for (§3.1)")
    func gemini() throws {
        var foreign = try self.call("/v1/chat/completions", Self.openai)
        let asked = try foreign.request(for: self.candidate(.gemini, model: "g/1"), from: self.head)
        #expect(asked.path == "/models/g/1:streamGenerateContent")
        #expect(asked.query?.map { "\($0.name)=\($0.value)" } == ["alt=sse"])
        var own = try self.call("/v1beta/models/talk:streamGenerateContent", #"{"contents":[]}"#)
        let same = try own.request(for: self.candidate(.gemini), from: self.head)
        #expect(same.path == "/models/real:streamGenerateContent" && same.query == nil && same.treatment == .passed)
    }

    @Test("a strict upstream refuses what would be left out; another is still asked (§7)")
    func strict() throws {
        var call = try self.call("/v1/chat/completions", Self.openai)
        #expect(throws: RelayError.self) {
            try call.request(for: self.candidate(.claude, conversion: .strict), from: self.head)
        }
        #expect(try call.request(for: self.candidate(.gemini, conversion: .strict), from: self.head).dropped == [])
    }

    @Test("what passes goes to OpenAI's dialect alone, as it came")
    func passed() throws {
        var call = try self.call("/v1/embeddings", #"{"input":"a","model":"talk"}"#)
        let asked = try call.request(for: self.candidate(.openai), from: self.head)
        #expect(asked.path == "/embeddings")
        #expect(asked.body == Array(#"{"input":"a","model":"real"}"#.utf8))
        #expect(throws: RelayError.endpointNotServed("/v1/embeddings", model: "talk")) {
            try call.request(for: self.candidate(.claude), from: self.head)
        }
        #expect(try self.call("/v1/moderations", #"{"input":"a"}"#).model == "omni-moderation-latest")
        #expect(throws: ChatRequestViolation.self) { try self.call("/v1/embeddings", #"{"input":"a"}"#) }
    }

    @Test("counts are asked of those who count, and estimated otherwise (§2.6)")
    func counts() throws {
        let body = #"{"model":"talk","messages":[{"role":"user","content":"twelve bytes"}]}"#
        var call = try self.call("/v1/messages/count_tokens", body)
        #expect(try call.request(for: self.candidate(.gemini), from: self.head).path == "/models/real:countTokens")
        #expect(try call.request(for: self.candidate(.claude), from: self.head).path == "/messages/count_tokens")
        #expect(throws: RelayError.self) { try call.request(for: self.candidate(.openai), from: self.head) }
        #expect(try call.estimatedTokens() == 12 / 4 + 4)
    }
}
