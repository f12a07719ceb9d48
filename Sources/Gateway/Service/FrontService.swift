// One loop's services behind one listener: Longwire's own API under /api, the relay for everything else.

import Console
import HTTPFraming
import Relay
import Transport

/// Hands each exchange to the service that its path belongs to.
///
/// Loop-bound.
final class FrontService: HTTPService {
    let relay: RelayService
    private let console: ConsoleService

    init(relay: RelayService, console: ConsoleService) {
        self.relay = relay
        self.console = console
    }

    /// Another configuration counts for whatever begins from now on.
    func adopt(_ relay: RelayShared, _ console: ConsoleShared) {
        self.relay.adopt(relay)
        self.console.adopt(console)
    }

    func handle(_ exchange: ServerExchange) {
        if ConsoleService.serves(exchange.head.path) {
            self.console.handle(exchange)
        } else {
            self.relay.handle(exchange)
        }
    }

    func answer(to refusal: HTTPRefusal) -> HTTPAnswer { self.relay.answer(to: refusal) }

    func answer(to refusal: HTTPRefusal, of head: RequestHead) -> HTTPAnswer {
        self.relay.answer(to: refusal, of: head)
    }
}
