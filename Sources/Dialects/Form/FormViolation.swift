// What can be wrong with a form, and the bounds on reading one (RFC 7578, RFC 2046 §5.1.1).

/// Bounds for one form.
package struct FormLimits: Sendable, Equatable {
    /// Parts of the form.
    package var parts = 64
    /// Bytes of the header fields of one part.
    package var headBytes = 8 * 1024
    /// Bytes of a value that is read.
    package var valueBytes = 1_024

    package init() {}
}

/// What is wrong with a form that shall be passed on.
package enum FormViolation: Error, Equatable, Sendable {
    /// The content type names no boundary that RFC 2046 allows.
    case noBoundary
    /// The body is no form with that boundary; told at which byte.
    case malformed(at: Int)
    case tooManyParts
    case missingParameter(String)
    case duplicateParameter(String)
    /// The field is a file, or too long, or not UTF-8.
    case wrongType(param: String)

    /// The `code` of the error that answers it, always with status 400.
    package var code: String {
        switch self {
        case .noBoundary, .malformed, .tooManyParts: "invalid_form"
        case .missingParameter: "missing_required_parameter"
        case .duplicateParameter: "duplicate_parameter"
        case .wrongType: "invalid_type"
        }
    }

    /// The parameter at fault.
    package var param: String? {
        switch self {
        case .noBoundary, .malformed, .tooManyParts: nil
        case .missingParameter(let param), .duplicateParameter(let param), .wrongType(let param): param
        }
    }

    /// One sentence for the person who reads the answer.
    package var message: String {
        switch self {
        case .noBoundary: "The content type must be 'multipart/form-data' with a boundary."
        case .malformed(let index): "The body is not a valid form at byte \(index)."
        case .tooManyParts: "The form has too many parts."
        case .missingParameter(let param): "Missing required parameter: '\(param)'."
        case .duplicateParameter(let param): "The parameter '\(param)' appears more than once."
        case .wrongType(let param): "Invalid type for '\(param)': expected a short text."
        }
    }
}
