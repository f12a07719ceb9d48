// `${NAME}` in values, seen through a configuration.

import Gateway
import SessionCore
import Testing

@Suite("Environment in values")
struct EnvironmentTextTests {
    private func adminKey(_ value: String, _ environment: [String: String] = [:]) throws -> String? {
        try ConfigurationReader.read(text: "admin_key: '\(value)'", file: "/etc/l.yaml", environment: environment)
            .adminKey?.reveal()
    }

    private func fault(_ value: String, _ environment: [String: String] = [:]) -> String? {
        do throws(ConfigurationErrors) {
            _ = try ConfigurationReader.read(
                text: "admin_key: '\(value)'",
                file: "/etc/l.yaml",
                environment: environment
            )
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("${A}", "one"), ("x${A}y${B_2}z", "xoneytwoz"), ("$${A}", "${A}"), ("$A", "$A"), ("$", "$"), ("a$$b", "a$$b"),
        ("${NESTED}", "${A}"), ("${A}$${A}${A}", "one${A}one"),
    ])
    func isReplaced(_ text: String, _ expected: String) throws {
        let environment = ["A": "one", "B_2": "two", "NESTED": "${A}"]
        #expect(try adminKey(text, environment) == expected)
    }

    @Test func aMissingVariableIsNamedWithItsLine() {
        let text = fault("${NOPE}")
        #expect(
            text
                == "/etc/l.yaml:1: admin_key: names the environment variable NOPE, which is not set. "
                + "Set it, or remove the key."
        )
    }

    @Test func anEmptyVariableIsNoValue() {
        #expect(fault("${A}", ["A": ""])?.contains("admin_key: is empty") == true)
    }

    @Test(arguments: ["${", "${}", "${A", "${1A}", "${A-B}", "${A }", "${É}"])
    func malformedReferencesAreRefused(_ text: String) {
        #expect(fault(text, ["A": "x"])?.contains("names no variable") == true)
    }

    /// A variable is a value, never structure: no key can come out of it.
    @Test func aVariableCannotAddStructure() throws {
        let yaml = "admin_key: ${A}\n"
        let evil = ["A": "x\norigins: []"]
        #expect(throws: ConfigurationErrors.self) {
            try ConfigurationReader.read(text: yaml, file: "/l.yaml", environment: evil)
        }
    }
}
