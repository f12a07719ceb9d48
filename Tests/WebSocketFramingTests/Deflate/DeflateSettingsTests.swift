// Values zlib would refuse are brought into its range.

import Testing
import WebSocketFraming

struct DeflateSettingsTests {
    @Test func ranges() {
        let low = DeflateSettings(windowBits: -1, level: 0, memoryLevel: 0)
        #expect(low.windowBits == 9 && low.level == 1 && low.memoryLevel == 1)
        let high = DeflateSettings(windowBits: 99, level: 99, memoryLevel: 99)
        #expect(high.windowBits == 15 && high.level == 9 && high.memoryLevel == 9)
        #expect(!DeflateSettings().allowsContextTakeover)
    }
}
