// What we want of permessage-deflate (RFC 7692), before anybody was asked.
//
// Memory, by zlib's own formulas (zconf.h), for a window of w bits and a memory level of m:
//   deflater  2^(w+2) + 2^(m+9) bytes and about 6 KiB      15/8: 262 KiB    12/5: 38 KiB    9/1: 9 KiB
//   inflater  2^w bytes and about 7 KiB                     15: 39 KiB       12: 11 KiB      9: 7.5 KiB
// With context takeover a session holds one of each from its first compressed message to its end. Without, which is
// the default, it holds them only in the middle of a compressed message; between messages they are the loop's.

/// Preferences for compression.
package struct DeflateSettings: Equatable, Sendable {
    /// Dictionaries may live from message to message, in both directions.
    package var allowsContextTakeover: Bool
    /// The largest window we use or ask for, 9 to 15 bits, in both directions.
    package var windowBits: Int
    /// zlib's compression level, 1 to 9.
    package var level: Int
    /// zlib's memory level, 1 to 9.
    package var memoryLevel: Int
    package var rule: CompressionRule

    package init(
        allowsContextTakeover: Bool = false,
        windowBits: Int = 15,
        level: Int = 1,
        memoryLevel: Int = 8,
        rule: CompressionRule = CompressionRule()
    ) {
        self.allowsContextTakeover = allowsContextTakeover
        self.windowBits = min(max(windowBits, 9), DeflateParameters.maximumWindowBits)
        self.level = min(max(level, 1), 9)
        self.memoryLevel = min(max(memoryLevel, 1), 9)
        self.rule = rule
    }
}
