import Curl

/// Why something upstream could not be looked at.
struct WatchError: Error, CustomStringConvertible {
    /// In a sentence.
    let description: String
    /// The server's own status, where it answered.
    var status: Int?

    init(_ description: String, status: Int? = nil) {
        self.description = description
        self.status = status
    }

    init(_ error: TransferError) { self.init("\(error.description).") }
}
