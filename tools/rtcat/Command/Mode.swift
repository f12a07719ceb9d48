// The seam between the program and what it is used for: plain messages, a realtime talk, echo, the Autobahn loop.

/// What rtcat does with a connection; one of it runs.
protocol Mode: AnyObject {
    /// Begins; the loop turns after it has returned.
    func start()

    /// A signal asked to end: closes in order. The second one is not told.
    func interrupted()
}
