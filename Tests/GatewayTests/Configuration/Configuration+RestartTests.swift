// What of a changed configuration has to wait for a restart.

import Logging
import SessionCore
import Telemetry
import Testing

@testable import Gateway

@Suite
struct ConfigurationRestartTests {
    private let start = Configuration(
        listeners: [
            .standard, Listener(address: .loopback, port: 8443, tls: .init(certificateFile: "a", privateKeyFile: "b")),
        ],
        store: .sqlite(path: "a"),
        upstreams: []
    )

    private func waiting(_ change: (inout Configuration) -> Void) -> [String] {
        var next = self.start
        change(&next)
        return next.waitingForRestart(since: self.start)
    }

    @Test
    func socketsStoreAndTheFormOfTheLogWait() {
        #expect(self.waiting { $0.listeners.removeLast() } == ["listen"])
        #expect(self.waiting { $0.listeners[0].port = 1 } == ["listen"])
        #expect(self.waiting { $0.listeners[1].tls = nil } == ["listen"])
        #expect(self.waiting { $0.store = .sqlite(path: "b") } == ["store"])
        #expect(self.waiting { $0.log.format = .text } == ["log.format"])
    }

    @Test
    func everythingElseCountsAtOnce() {
        #expect(
            self.waiting { next in
                next.listeners[1].tls = .init(certificateFile: "c", privateKeyFile: "d")
                next.listeners.reverse()
                next.adminKey = Secret("a")
                next.models = [Model(id: "m", routes: [])]
                next.limits.bufferPerDirectionBytes = 4096
                next.limits.connections = 1
                next.log.level = .trace
                next.origins = []
                next.compression.clients = false
            }.isEmpty
        )
    }
}
