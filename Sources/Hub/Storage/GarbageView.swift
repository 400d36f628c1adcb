import LauncherProtocol

/// What nothing needs, or what went of it, in words.
struct GarbageView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ outcome: CollectGarbage.Outcome, dryRun: Bool) {
        let counts = [
            ("garbageBuilds", outcome.builds.count), ("garbagePackages", outcome.packages.count), ("garbageWheels", outcome.wheels.count),
            ("garbageBytecode", outcome.bytecode),
            ("garbageEnvironments", outcome.environments.count),
        ]
        let isNothing = outcome.freed == 0 && outcome.layers == 0 && counts.allSatisfy { $0.1 == 0 }
        let key = isNothing ? "garbageNone" : dryRun ? "garbageWouldGo" : "garbageGone"
        let layers = texts("storage", "garbageLayersOf", ["count": "\(outcome.layers)", "size": Format.bytes(outcome.layerBytes)])
        let facts = counts.map { ($0.0, "\($0.1)") } + [("garbageLayers", outcome.layers == 0 ? "0" : layers)]
        let names = outcome.environments + outcome.packages + outcome.wheels
        values = [
            "garbage": [
                "summary": texts("storage", key, ["size": Format.bytes(outcome.freed + outcome.layerBytes)]), "isDone": !dryRun,
                "counts": isNothing ? [] : facts.map { ["title": texts("storage", $0.0), "value": $0.1] },
                "names": names, "hasNames": !names.isEmpty,
            ] as [String: Any],
            "removes": dryRun && !isNothing,
        ]
    }
}
