// What can be wrong with the JSON body of a request that is passed on (protocol: http §1.1, §1.5).

/// What is wrong with the body of a request.
package enum ChatRequestViolation: Error, Equatable, Sendable {
    case invalidJSON(JSONViolation)
    case missingParameter(String)
    case wrongType(param: String, expected: String)
    case duplicateParameter(String)

    /// The `code` of the error that answers it, always with status 400.
    package var code: String {
        switch self {
        case .invalidJSON: "invalid_json"
        case .missingParameter: "missing_required_parameter"
        case .wrongType: "invalid_type"
        case .duplicateParameter: "duplicate_parameter"
        }
    }

    /// The parameter at fault.
    package var param: String? {
        switch self {
        case .invalidJSON: nil
        case .missingParameter(let param), .wrongType(let param, _), .duplicateParameter(let param): param
        }
    }

    /// One sentence for the person who reads the answer.
    package var message: String {
        switch self {
        case .invalidJSON(let violation): violation.message
        case .missingParameter(let param): "Missing required parameter: '\(param)'."
        case .wrongType(let param, let expected): "Invalid type for '\(param)': expected \(expected)."
        case .duplicateParameter(let param): "The parameter '\(param)' appears more than once."
        }
    }
}
