// The `usage` of a chat completion as it is written (protocol: http §1.3): the details always with the members that clients
// read without asking, the others only where there is something to tell.

extension ChatUsage {
    /// Appends the value of `usage`.
    func render(into output: inout [UInt8]) {
        func write(_ name: StaticString, _ count: Int) {
            unsafe output.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            output.append(contentsOf: String(count).utf8)
        }
        write(#"{"prompt_tokens":"#, promptTokens)
        write(#","completion_tokens":"#, completionTokens)
        let (sum, overflow) = promptTokens.addingReportingOverflow(completionTokens)
        write(#","total_tokens":"#, totalTokens > 0 || overflow ? totalTokens : sum)
        write(#","prompt_tokens_details":{"cached_tokens":"#, cachedTokens)
        write(#","audio_tokens":"#, promptAudioTokens)
        if promptImageTokens > 0 { write(#","image_tokens":"#, promptImageTokens) }
        if cacheWriteTokens > 0 { write(#","cache_write_tokens":"#, cacheWriteTokens) }
        write(#"},"completion_tokens_details":{"reasoning_tokens":"#, reasoningTokens)
        write(#","audio_tokens":"#, completionAudioTokens)
        write(#","accepted_prediction_tokens":"#, 0)
        write(#","rejected_prediction_tokens":"#, 0)
        output.append(contentsOf: "}}".utf8)
    }
}
