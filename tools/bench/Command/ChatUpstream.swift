// The upstream's end of one connection from the relay: answers each request as the workload has it.

import BenchCore
import EventLoop

/// A connection that the relay opened to its upstream.
///
/// Belongs to the thread of its loop; keeps itself alive until the connection ends.
final class ChatUpstream {
    /// More than this is no request of ours.
    private static let requestLimit = 64 * 1024

    private let stage: ChatStage
    private var wire: HTTPWire?
    private var gathered: [UInt8] = []
    private var isAnswering = false
    private var client: UInt32 = 0
    private var piecesSent = 0

    init(_ descriptor: CInt, stage: ChatStage) throws {
        self.stage = stage
        self.wire = try HTTPWire(descriptor, isConnecting: false, loop: stage.loop, owner: self)
        stage.add(self)
    }

    /// The request that has come whole, taken out of what was gathered.
    private func takeRequest() -> [UInt8]? {
        guard let head = UpgradeText.headLength(in: self.gathered) else { return nil }
        guard let length = Self.contentLength(in: self.gathered[..<head]) else {
            self.stage.fail("the relay sent a request without a length")
            return nil
        }
        guard self.gathered.count >= head + length else { return nil }
        let request = Array(self.gathered[..<(head + length)])
        self.gathered.removeFirst(head + length)
        return request
    }

    private static func contentLength(in head: ArraySlice<UInt8>) -> Int? {
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            return Int(parts[1].trimmingPrefix(while: { $0 == " " }))
        }
        return nil
    }

    private func answer(_ request: [UInt8]) {
        guard let client = ChatText.client(in: request) else {
            self.stage.fail("the relay sent a request that is not ours: \(String(decoding: request, as: UTF8.self))")
            return
        }
        self.isAnswering = true
        self.client = client
        self.piecesSent = 0
        if self.stage.workload.mode == .whole {
            self.isAnswering = false
            self.wire?.write(self.stage.wholeAnswer)
        } else {
            self.stage.serves(client, self)
            self.piecesSent = 1
            self.wire?.write(self.stage.firstEvents)
        }
    }

    /// The client has got all pieces that were sent.
    func sendNext() {
        guard self.isAnswering else { return }
        if self.piecesSent < self.stage.workload.chunks {
            self.piecesSent += 1
            self.wire?.write(self.stage.nextEvent)
        } else {
            self.isAnswering = false
            self.wire?.write(self.stage.lastEvents)
        }
    }
}

extension ChatUpstream: HTTPWireOwner {
    func connected() {}

    func received(_ bytes: Span<UInt8>) {
        guard self.gathered.count + bytes.count <= Self.requestLimit else {
            self.stage.fail("the relay sent far more than was asked")
            return
        }
        for index in 0..<bytes.count { self.gathered.append(bytes[index]) }
        if let request = self.takeRequest() { self.answer(request) }
    }

    func ended(_ reason: String) {
        if self.isAnswering { self.stage.fail("upstream of client \(self.client): \(reason)") }
        self.stage.remove(self)
    }
}

@available(*, unavailable)
extension ChatUpstream: Sendable {}
