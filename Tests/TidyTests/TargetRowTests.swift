// The rank table itself.

import Testing

@testable import tidy

@Suite("The rank table")
struct TargetRowTests {
    @Test("every target has one row, and no two share a folder")
    func unique() {
        #expect(Set(TargetRow.all.map(\.name)).count == TargetRow.all.count)
        #expect(Set(TargetRow.all.map(\.sources)).count == TargetRow.all.count)
    }

    @Test("protocol targets take nothing from outside")
    func sansIO() {
        let rows = TargetRow.all.filter(\.isSansIO)
        #expect(rows.map(\.name) == ["WebSocketFraming", "HTTPFraming", "Dialects", "RealtimeTranslation"])
        #expect(rows.allSatisfy { $0.outside.isEmpty })
    }

    @Test("nothing that moves bytes knows Foundation")
    func noFoundation() {
        let names = ["EventLoop", "OpenSSLTLS", "Transport"]
        #expect(TargetRow.all.filter { names.contains($0.name) }.allSatisfy { !$0.outside.contains("Foundation") })
    }

    @Test("a file belongs to the target whose folder it lies in")
    func owner() {
        func owner(_ path: String) -> String? {
            TargetRow.owner(of: SourceFile(path: path, text: ""), in: TargetRow.all)?.name
        }
        #expect(owner("Sources/Relay/Chat/A.swift") == "Relay")
        #expect(owner("tools/rtcat/Core/A.swift") == "RTCatCore")
        #expect(owner("tools/tidy/Rules/A.swift") == "tidy")
        #expect(owner("Tests/RelayTests/A.swift") == nil)
    }
}
