import Foundation
import UnixSockets

extension AuditReader {
    /// Calls `body` with every event that can be read, newest first, until it returns false; what is
    /// older is not even read. It does not check the chain.
    public func newest(_ body: (AuditEvent) -> Bool) throws(AuditError) {
        try forEachLineFromTheEnd { line in AuditLine(line)?.event.map(body) ?? true }
    }

    /// Without an unfinished line at the end.
    private func forEachLineFromTheEnd(_ body: (ArraySlice<UInt8>) -> Bool) throws(AuditError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw AuditError(SystemCallError("open"), path) }
        defer { close(file) }
        var place = lseek(file, 0, SEEK_END)
        guard place >= 0 else { throw AuditError(SystemCallError("lseek"), path) }
        // The line whose beginning is not read yet; nil until its end is.
        var begun: [UInt8]?
        while place > 0 {
            var bytes = [UInt8](repeating: 0, count: min(piece, Int(place)))
            place -= off_t(bytes.count)
            guard pread(file, &bytes, bytes.count, place) == bytes.count else { throw AuditError(SystemCallError("pread"), path) }
            var lines = (bytes + (begun ?? [])).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            if begun == nil { lines.removeLast() }
            guard !lines.isEmpty else { continue }
            begun = Array(lines.removeFirst())
            for line in lines.reversed() where !body(line) { return }
        }
        if let begun { _ = body(begun[...]) }
    }
}
