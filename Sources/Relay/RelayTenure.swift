// One loop's relay under one configuration: what whatever begins takes with it, and keeps to its end, also when the
// configuration was changed meanwhile and its model or upstream is gone.

import Dialects
import SessionCore

/// The time in which a configuration counts on a loop.
///
/// Loop-bound. Sessions are many and hold this in place of the service, so that they pay nothing for what it adds.
final class RelayTenure {
    unowned let service: RelayService
    let shared: RelayShared
    let crossOrigin: CrossOrigin
    /// How the latest events began, whosesoever they were.
    ///
    /// Here, because each message reaches it: a session holds this strongly, while going over what is `unowned` takes two
    /// atomic operations each time.
    var recentFromClients = RecentHead<RealtimeClientEventKind>()
    var recentFromUpstreams = RecentHead<RealtimeServerEventKind>()

    init(_ shared: RelayShared, of service: RelayService) {
        self.service = service
        self.shared = shared
        self.crossOrigin = CrossOrigin(shared.origins)
    }
}
