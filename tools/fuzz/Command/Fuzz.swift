// The fuzzer's entry. Built only with LONGWIRE_FUZZ=1, because libFuzzer brings its own `main`; see tools/fuzz/run.

import FuzzTargets
import Glibc

/// The target that FUZZ_TARGET names.
private let target: FuzzTarget = {
    let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
        print("FUZZ_TARGET must be one of: \(names)")
        exit(64)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    if let disagreement = target.disagreement(on: input) {
        print(disagreement)
        abort()
    }
    return 0
}
