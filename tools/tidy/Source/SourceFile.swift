// One text file of the repository, with what the rules look at worked out once.

/// A file by its path from the root, and its text.
package struct SourceFile {
    package let path: String
    package let text: String
    /// What Swift files are taken apart into; nil for every other kind of file.
    package let swift: SwiftParts?

    /// A Swift file's views.
    package struct SwiftParts {
        package let source: SourceText
        package let tokens: [Token]
    }

    package init(path: String, text: String) {
        self.path = path
        self.text = text
        guard path.hasSuffix(".swift") else {
            self.swift = nil
            return
        }
        let source = SourceText(text)
        self.swift = SwiftParts(source: source, tokens: Token.all(in: source.code))
    }

    /// The last part of the path.
    package var name: String {
        self.path.split(separator: "/").last.map(String.init) ?? self.path
    }

    package func isUnder(_ folder: String) -> Bool {
        self.path.hasPrefix(folder + "/")
    }
}
