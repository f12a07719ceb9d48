// The two modules of one rank that know nothing of each other: HTTP's fields are what a handshake asks.

package import HTTPFraming
import WebSocketFraming

extension HeaderFields: HandshakeFields {}
