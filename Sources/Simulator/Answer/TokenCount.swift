// The simulator's rule for counting tokens, simple enough to check by hand:
//   text    one token for every four bytes of UTF-8, begun ones included
//   audio   heard: one per 100 ms; spoken: one per 50 ms; begun ones included
//   image   85 at `detail: low`, else 255
//   message 4 on top of its content (chat only)

/// Token counts by the rule above.
package enum TokenCount {
    package static let perChatMessage = 4

    package static func text(_ text: String) -> Int {
        (text.utf8.count + 3) / 4
    }

    package static func heard(milliseconds: Int) -> Int {
        (milliseconds + 99) / 100
    }

    package static func spoken(milliseconds: Int) -> Int {
        (milliseconds + 49) / 50
    }

    package static func image(detail: String?) -> Int {
        detail == "low" ? 85 : 255
    }
}
