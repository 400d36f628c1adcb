import LauncherProtocol

/// What a person's environments take, in words.
struct StorageView {
    private let texts: TextCatalog
    private let own: ReadOwnStorage.Outcome

    init(_ texts: TextCatalog, _ own: ReadOwnStorage.Outcome) {
        self.texts = texts
        self.own = own
    }

    private var counted: Int { own.builds + own.layers }

    /// Nil where there is nothing.
    var text: String? {
        guard let quota = own.quota else { return counted > 0 ? texts("storage", "own", ["size": Format.bytes(counted)]) : nil }
        return texts("storage", "ownOf", ["size": Format.bytes(counted), "quota": Format.bytes(quota)])
    }

    /// Whether the next build may well be too much.
    var isNearlyFull: Bool { own.quota.map { Double(counted) > 0.9 * Double($0) } ?? false }
}
