import EventLoop
import Glibc
import Testing

@Suite("System error")
struct SystemErrorTests {
    @Test("sorts errors by what to do about them")
    func kinds() {
        #expect(SystemError.wouldBlock.meansTryLater)
        #expect(SystemError.interrupted.meansTryLater)
        #expect(!SystemError.connectionReset.meansTryLater)
        for code in [EMFILE, ENFILE, ENOBUFS, ENOMEM] {
            #expect(SystemError(code).meansExhausted)
        }
        #expect(!SystemError.wouldBlock.meansExhausted)
    }

    @Test("says what it is")
    func description() {
        #expect(SystemError.connectionRefused.description == "Connection refused")
        #expect(!SystemError(99_999).description.isEmpty)
    }
}
