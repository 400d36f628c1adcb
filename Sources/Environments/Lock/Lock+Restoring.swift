import Phrases

extension Lock {
    /// Why these very packages can't be built on a host of `platform`; nil where nothing speaks against it.
    public func problem(on platform: String) -> Phrase? {
        guard self.platform == platform else { return "Its packages are for \(self.platform), and this host is \(platform)." }
        guard !packages.isEmpty else {
            return "Its Python is the system's and no package, so there is none to take over."
        }
        let unknown = packages.filter { $0.url.isEmpty || ($0.sha256 ?? "").isEmpty }.map(\.name)
        guard unknown.isEmpty else {
            return
                "Its installer did not note where some packages came from, or their hashes: \(unknown.prefix(5).joined(separator: ", "))."
        }
        if !pip.isEmpty, !packages.contains(where: { $0.name == "pip" }) {
            return "It has packages of pip and no pip."
        }
        return nil
    }
}
