import LauncherProtocol

/// What the page shows of an image.
struct ImageView {
    let values: [String: Any]
    /// Whether it is being fetched.
    let isPulled: Bool

    /// Where a fetch can be followed.
    static func stream(_ name: String) -> String { "/hub/api/images/\(name.percentEncodedWhole)/pull" }

    init(_ texts: TextCatalog, _ image: ImageSummary, _ pull: Pulls.Pull?) {
        isPulled = pull?.isFinished == false
        var uses = image.profiles.map { texts("images", "ofProfile", ["name": $0]) }
        if image.isBuilder { uses.append(texts("images", "ofBuilder")) }
        uses += image.servers.map { texts("images", "ofServer", ["name": ServerPaths.suffix($0)]) }
        var values: [String: Any] = [
            "name": image.name, "uses": uses.isEmpty ? texts("images", "unused") : uses.joined(separator: " · "),
            "isPresent": image.present != nil, "isPulled": isPulled, "isUnused": image.isUnused,
            "fetches": image.isConfigured && !isPulled, "stream": Self.stream(image.name), "percent": 0,
        ]
        if let present = image.present {
            values["facts"] = [
                Format.bytes(present.size), texts("images", "made", ["day": String(Format.machine(present.created).prefix(10))]),
            ]
            .joined(separator: " · ")
            values["digest"] = present.digest ?? present.id
        }
        switch pull?.past.last {
        case .progress(let progress):
            values["percent"] = Int(progress.fraction * 100)
            values["message"] = texts(progress.message)
        case .failed(let error): values["failure"] = texts(error.message)
        case .done, nil: break
        }
        self.values = values
    }
}
