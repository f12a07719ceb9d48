import EventLoop
import Testing

@testable import Gateway

@Suite
struct LoopCallTests {
    @Test
    func loopsThatTurnAnswer() async throws {
        let group = try EventLoopGroup.start(count: 2)
        let answers = await LoopCall.ask(group.loops, patience: .seconds(60))
        #expect(answers.keys.sorted() == [0, 1])
        #expect(answers.values.allSatisfy { $0 >= 0 })
        group.stop()
        group.join()
    }

    /// A loop that is gone takes no question; whoever asks waits no longer than patience lasts.
    @Test
    func aLoopThatIsGoneIsMissing() async throws {
        let group = try EventLoopGroup.start(count: 1)
        group.stop()
        group.join()
        let answers = await LoopCall.ask(group.loops, patience: .milliseconds(10))
        #expect(answers.isEmpty)
        #expect(await LoopCall.ask([], patience: .seconds(60)).isEmpty)
    }
}
