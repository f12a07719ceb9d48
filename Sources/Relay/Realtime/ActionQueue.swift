// What a machine asks for, done one thing at a time and in order, whatever doing it brings: the relay may answer an event with
// another before the machine's next action has had its turn.

/// The actions of one peer's machine.
///
/// Loop-bound.
final class ActionQueue<Action> {
    private var actions: [Action] = []
    private var isRunning = false

    /// Does these behind what waits; false when that is being done already, further up.
    @discardableResult
    func run(_ more: [Action], _ act: (Action) -> Void) -> Bool {
        self.actions.append(contentsOf: more)
        guard !self.isRunning else { return false }
        self.isRunning = true
        var next = 0
        while next < self.actions.count {
            let action = self.actions[next]
            next += 1
            act(action)
        }
        self.actions = []
        self.isRunning = false
        return true
    }

    /// Forgets what waits.
    func drop() {
        self.actions = []
    }
}
