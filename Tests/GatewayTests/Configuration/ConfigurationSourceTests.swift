// Which configuration counts: option, variable, ./longwire.yaml, built in.

import Gateway
import Testing

@Suite("Configuration source")
struct ConfigurationSourceTests {
    @Test func eachPlaceYieldsToTheOneBefore() throws {
        let directory = try ConfigurationDirectory()
        let variable = ["LONGWIRE_CONFIG": "b.yaml"]
        #expect(ConfigurationSource.choose(option: nil, environment: [:], directory: directory.path) == .builtin)
        try directory.write("longwire.yaml", "store: sqlite:x.sqlite")
        #expect(
            ConfigurationSource.choose(option: nil, environment: [:], directory: directory.path)
                == .file(directory.file("longwire.yaml"))
        )
        #expect(
            ConfigurationSource.choose(option: nil, environment: variable, directory: directory.path)
                == .file("b.yaml")
        )
        #expect(
            ConfigurationSource.choose(option: "a.yaml", environment: variable, directory: directory.path)
                == .file("a.yaml")
        )
        #expect(
            ConfigurationSource.choose(option: nil, environment: ["LONGWIRE_CONFIG": ""], directory: "/nowhere")
                == .builtin
        )
    }

    @Test func whatWasChosenIsRead() throws {
        let directory = try ConfigurationDirectory()
        try directory.write("longwire.yaml", "store: sqlite:x.sqlite")
        let configuration = try ConfigurationSource.file(directory.file("longwire.yaml")).load(environment: [:])
        #expect(configuration.store == .sqlite(path: directory.file("x.sqlite")))
        #expect(throws: ConfigurationErrors.self) {
            try ConfigurationSource.file(directory.file("gone.yaml")).load(environment: [:])
        }
        #expect(try ConfigurationSource.builtin.load(environment: [:]) == Configuration.builtin(environment: [:]))
    }
}
