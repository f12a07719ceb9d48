// One plain connection of the HTTP measurements: bytes in to whoever owns it, bytes out as the kernel takes them.

import BenchCore
import EventLoop

/// What a connection's bytes go to.
///
/// Belongs to the thread of its loop.
protocol HTTPWireOwner: AnyObject {
    func connected()
    func received(_ bytes: Span<UInt8>)
    func ended(_ reason: String)
}

/// A connected socket, or one that is being connected.
///
/// Belongs to the thread of its loop.
final class HTTPWire {
    private let loop: EventLoop
    private let descriptor: CInt
    private weak var owner: (any HTTPWireOwner)?
    private var registration: Registration?
    private var interest: Interest
    private var isConnecting: Bool
    private var waiting: [UInt8] = []

    init(_ descriptor: CInt, isConnecting: Bool, loop: EventLoop, owner: any HTTPWireOwner) throws {
        self.loop = loop
        self.descriptor = descriptor
        self.owner = owner
        self.isConnecting = isConnecting
        self.interest = isConnecting ? [.write] : [.read]
        self.registration = try loop.add(descriptor, self.interest, self)
    }

    func write(_ bytes: [UInt8]) {
        guard self.registration != nil else { return }
        guard self.waiting.isEmpty else {
            self.waiting += bytes
            return
        }
        let taken = self.send(bytes)
        if taken < bytes.count { self.waiting = Array(bytes[taken...]) }
        self.updateInterest()
    }

    func close() {
        guard let registration = self.registration else { return }
        self.registration = nil
        self.loop.remove(registration)
        self.loop.calls.close(self.descriptor)
    }

    private func updateInterest() {
        let wanted: Interest = self.isConnecting ? [.write] : self.waiting.isEmpty ? [.read] : [.read, .write]
        guard wanted != self.interest, let registration = self.registration else { return }
        self.interest = wanted
        self.loop.update(registration, wanted)
    }

    private func send(_ bytes: [UInt8]) -> Int {
        let result = unsafe bytes.withUnsafeBytes { unsafe self.loop.calls.send(self.descriptor, $0) }
        switch result {
        case .done(let count):
            return count
        case .failed(let error):
            if !error.meansTryLater { self.end("\(error)") }
            return 0
        }
    }

    private func end(_ reason: String) {
        self.close()
        self.owner?.ended(reason)
    }

    private func receive() {
        self.loop.input.withSpan { bytes in
            let result = unsafe bytes.withUnsafeMutableBytes { unsafe self.loop.calls.receive(self.descriptor, $0) }
            switch result {
            case .done(0): self.end("the other side closed the connection")
            case .done(let count): self.owner?.received(bytes.span.extracting(0..<count))
            case .failed(let error):
                if !error.meansTryLater { self.end("\(error)") }
            }
        }
    }
}

extension HTTPWire: ReadinessHandler {
    func ready(_ readiness: Readiness) {
        if self.isConnecting {
            if let error = self.loop.calls.pendingError(self.descriptor) {
                self.end("cannot connect: \(error)")
                return
            }
            self.isConnecting = false
            self.updateInterest()
            self.owner?.connected()
            return
        }
        if readiness.contains(.writable), !self.waiting.isEmpty {
            let taken = self.send(self.waiting)
            self.waiting.removeFirst(taken)
            self.updateInterest()
        }
        if readiness.contains(.readable), self.registration != nil { self.receive() }
        if readiness.contains(.error), self.registration != nil { self.end("the other side reset the connection") }
    }
}

@available(*, unavailable)
extension HTTPWire: Sendable {}
