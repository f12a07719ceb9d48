// Keeps tests that turn a loop by hand off the cooperative pool, where the look-ups of keys run.

package import Testing

/// Runs a test on a thread of its own.
package struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadPerJob()) {
            try await function()
        }
    }
}

extension Trait where Self == OwnThread {
    package static var ownThread: OwnThread { OwnThread() }
}
