// The list of models in the Claude shape, a page at a time (protocol: http §2.6, §4.8).

/// Renders lists of models in the Claude dialect.
package enum ClaudeModelList {
    /// The body of `GET /v1/models`; the order of `models` must be the same from page to page.
    package static func list(
        _ models: [ListedModel],
        page: ClaudeModelPage = ClaudeModelPage()
    ) throws(ConversionRefusal) -> [UInt8] {
        let (range, hasMore) = try page.range(of: models.map(\.id))
        let shown = models[range]
        var output = Array(#"{"data":["#.utf8)
        for (offset, model) in shown.enumerated() {
            if offset > 0 { output.append(JSONGrammar.comma) }
            append(model, to: &output)
        }
        output.append(contentsOf: #"],"has_more":\#(hasMore),"first_id":"#.utf8)
        JSONString.append(orNull: shown.first?.id, to: &output)
        output.append(contentsOf: #","last_id":"#.utf8)
        JSONString.append(orNull: shown.last?.id, to: &output)
        output.append(JSONGrammar.closeBrace)
        return output
    }

    /// The body of `GET /v1/models/{id}`.
    package static func one(_ model: ListedModel) -> [UInt8] {
        var output: [UInt8] = []
        append(model, to: &output)
        return output
    }

    private static func append(_ model: ListedModel, to output: inout [UInt8]) {
        output.append(contentsOf: #"{"type":"model","id":"#.utf8)
        JSONString.append(model.id, to: &output)
        output.append(contentsOf: #","display_name":"#.utf8)
        JSONString.append(model.id, to: &output)
        output.append(contentsOf: #","created_at":"#.utf8)
        JSONString.append(timestamp(model.created), to: &output)
        if let length = model.contextLength {
            output.append(contentsOf: #","max_input_tokens":\#(length)"#.utf8)
        }
        output.append(JSONGrammar.closeBrace)
    }

    /// RFC 3339 in UTC; seconds since 1970 outside the years 0 to 9999 count as their start and end.
    static func timestamp(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
        let day = Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
        let second = Int(seconds) - day * 86_400
        // Days of the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March of the year 0.
        let days = day + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        let calendarMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
        return padded(year, 4) + "-" + padded(calendarMonth, 2) + "-" + padded(dayOfMonth, 2) + "T"
            + padded(second / 3_600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2) + "Z"
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
