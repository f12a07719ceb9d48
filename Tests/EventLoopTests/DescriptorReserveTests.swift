import Testing

@testable import EventLoop

@Suite("Descriptor reserve")
struct DescriptorReserveTests {
    @Test(
        "a quarter is kept, and no more than 128",
        arguments: [(0, 0), (1, 1), (64, 48), (512, 384), (1024, 896), (1 << 20, (1 << 20) - 128)]
    )
    func ceiling(limit: Int, expected: CInt) {
        #expect(DescriptorReserve.ceiling(of: limit) == expected)
    }

    @Test("no limit is no ceiling")
    func unlimited() {
        #expect(DescriptorReserve.ceiling(of: .max) == .max)
    }

    @Test("this process has room below its ceiling")
    func here() throws {
        let calls = KernelCalls(socketCeiling: DescriptorReserve.socketCeiling())
        let socket = CInt(try calls.openSocket(for: .loopback(port: 0)).get())
        #expect(calls.close(socket) == .done(0))
    }
}
