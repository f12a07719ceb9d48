// Images of a realtime conversation as the hub of dialects has them: bytes in a data URL, or an address of the web.

import Dialects

/// Reads image URLs.
enum ItemImage {
    /// Nil for what is neither a base64 data URL of an image nor an https address.
    static func media(url: String, detail: String?) -> Media? {
        if DataURI.isOne(url) {
            guard let uri = DataURI(url), uri.mediaType.hasPrefix("image/"),
                let data = Base64Text.standard(uri.base64)
            else { return nil }
            return Media(.image, .base64(mediaType: uri.mediaType, data: data), detail: detail)
        }
        guard url.prefix(8).lowercased() == "https://", url.utf8.count > 8 else { return nil }
        return Media(.image, .url(url, mediaType: nil), detail: detail)
    }
}
