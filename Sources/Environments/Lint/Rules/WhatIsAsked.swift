import YAML

/// What the recipe asks for, and how.
extension LintSubject {
    /// Packages that decide what an environment is; others follow from them.
    static let mainPackages: Set = [
        "python", "r-base", "julia", "nodejs", "numpy", "scipy", "pandas", "polars", "xarray", "dask", "scikit-learn", "matplotlib",
        "jupyterlab", "notebook", "pytorch", "pytorch-gpu", "pytorch-cpu", "torch", "tensorflow", "tensorflow-gpu", "jax", "jaxlib",
        "transformers", "lightning", "cupy", "rapids", "cuda-version", "cuda-toolkit", "cudatoolkit", "cudnn", "opencv", "gdal",
        "r-tidyverse",
    ]

    var buildPinned: [LintFinding] {
        recipe.dependencies.compactMap { dependency in
            guard let parts = MatchSpecParts(dependency.spec), let build = parts.build, let without = parts.withoutBuild,
                // “*cuda*” chooses between variants, on every platform: that is what builds are there for.
                !build.contains("*"), !build.isEmpty
            else { return nil }
            return LintFinding(
                .buildPinned, dependency.mark,
                "“\(dependency.spec)” names the build \(build), which exists on one platform only and goes from channels first.",
                "Write “\(without)”; the lock keeps the exact build.",
                fix: replacing(dependency.spec, at: dependency.mark, with: without))
        }
    }

    var noPython: [LintFinding] {
        let names = Set(recipe.dependencies.map(\.name))
        guard !names.contains("python"),
            recipe.pip.contains(where: { !PipLine.isOption($0.text) }) || names.isDisjoint(with: ["r-base", "julia", "nodejs"])
        else { return [] }
        return [
            LintFinding(
                .noPython, dependenciesMark,
                "The recipe names no “python”, so its version is whatever the solver likes that day.",
                "Add “python=3.X” with the version you work with.")
        ]
    }

    var unpinned: [LintFinding] {
        let conda = recipe.dependencies.compactMap { dependency -> LintFinding? in
            guard Self.mainPackages.contains(dependency.name), let parts = MatchSpecParts(dependency.spec),
                (parts.version ?? "*").trimmed == "*", parts.build == nil
            else { return nil }
            let locked = context.lock?.packages.first { $0.name == dependency.name }.flatMap { Self.series(of: $0.version) }
            return LintFinding(
                .unpinned, dependency.mark,
                "“\(dependency.name)” has no version, so another day's solve can give another major version.",
                locked.map { "Write “\(dependency.name)=\($0)”, as it is now." } ?? "Write a version, such as “\(dependency.name)=X.Y”.",
                fix: locked.map { replacing(dependency.spec, at: dependency.mark, with: "\(dependency.spec)=\($0)") } ?? [])
        }
        let pip = recipe.pip.compactMap { line -> LintFinding? in
            guard let parts = RequirementParts(line.text), Self.mainPackages.contains(parts.name), parts.version.isEmpty else { return nil }
            return LintFinding(
                .unpinned, line.mark,
                "“\(parts.spelling)” of pip has no version, so another day's build can give another major version.",
                "Write “\(parts.spelling)==X.Y.*”.")
        }
        return conda + pip
    }

    /// `2.1` of `2.1.3`.
    private static func series(of version: String) -> String? {
        let parts = version.split(separator: ".")
        guard parts.count > 1, parts.prefix(2).allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return nil }
        return parts.prefix(2).joined(separator: ".")
    }

    var duplicates: [LintFinding] {
        var found: [LintFinding] = []
        var first: [String: Recipe.Dependency] = [:]
        for dependency in recipe.dependencies {
            if let earlier = first[dependency.name] {
                let isSame = earlier.spec == dependency.spec
                found.append(
                    LintFinding(
                        .duplicate, dependency.mark,
                        "“\(dependency.name)” stands in \(line(earlier.mark, from: dependency.mark)) too, and both must be met at once.",
                        isSame ? "Remove one of them." : "Write both conditions into one line.",
                        fix: isSame ? removing(dependency.spec, at: dependency.mark) : []))
            } else {
                first[dependency.name] = dependency
            }
        }
        var lines: [String: Recipe.Line] = [:]
        for line in recipe.pip {
            // With markers both can be meant, one for each platform.
            guard let parts = RequirementParts(line.text), !line.text.contains(";") else { continue }
            if let earlier = lines[parts.name] {
                let isSame = earlier.text == line.text
                found.append(
                    LintFinding(
                        .duplicate, line.mark,
                        "“\(parts.spelling)” stands in \(self.line(earlier.mark, from: line.mark)) too, and pip refuses two requirements for one package.",
                        isSame ? "Remove one of them." : "Write both conditions into one line.",
                        fix: isSame ? removing(line.text, at: line.mark) : []))
            } else {
                lines[parts.name] = line
            }
        }
        return found
    }

    var freezeBloat: [LintFinding] {
        guard let lock = context.lock else { return [] }
        let roots = lock.minimalRoots(of: recipe, keeping: context.held ?? [])
        let superfluous = recipe.dependencies.filter { roots.superfluous.contains($0.name) }
        // One or two are a habit; more are the output of a tool.
        guard superfluous.count > 2, let first = superfluous.first else { return [] }
        return [
            LintFinding(
                .freezeBloat, first.mark,
                "\(superfluous.count) of the \(recipe.dependencies.count) packages come with others anyway, and listed by hand they keep the solver from moving them.",
                context.held == nil
                    ? "Ask for these alone: \(roots.kept.joined(separator: ", "))."
                    : "Ask for these alone, which solve to the same lock: \(roots.kept.joined(separator: ", ")).",
                fix: superfluous.filter { MatchSpecParts($0.spec)?.version == nil }.flatMap { removing($0.spec, at: $0.mark) })
        ]
    }

    var jupyterMissing: [LintFinding] {
        guard context.imageHasJupyter == false else { return [] }
        if let lock = context.lock {
            guard lock.jupyter.support != .server else { return [] }
        } else {
            let names = Set(recipe.dependencies.map { normalised($0.name) } + recipe.pip.compactMap { RequirementParts($0.text)?.name })
            // notebook brings JupyterLab since 7.
            guard names.isDisjoint(with: ["jupyterlab", "jupyter", "notebook", "jupyterhub-singleuser"]) else { return [] }
        }
        return [
            LintFinding(
                .jupyterMissing, dependenciesMark,
                "The recipe has no JupyterLab and neither has the image, so no server can start with it.",
                "Add “jupyterlab”, or choose an image that has it.")
        ]
    }

    var platformMissing: [LintFinding] {
        guard let platform = context.platform, let first = recipe.platforms.first,
            !recipe.platforms.contains(where: { $0.text == platform })
        else { return [] }
        return [
            LintFinding(
                .platformMissing, first.mark,
                "The recipe is for \(recipe.platforms.map(\.text).joined(separator: ", ")), and this host is \(platform).",
                "Add “\(platform)” to “platforms”, or leave “platforms” out.")
        ]
    }

    var prefixIgnored: [LintFinding] {
        guard let entry = root.mapping?.first(where: { $0.key.scalar?.text == "prefix" }) else { return [] }
        let line = entry.key.mark.line
        // Only a plain entry on a line of its own, so that nothing else goes with it.
        let isAlone = entry.key.mark.column == 1 && entry.value.scalar.map { text.line(line).trimmed == "prefix: \($0.text)" } == true
        return [
            LintFinding(
                .prefixIgnored, entry.key.mark, "“prefix” is a path of the machine that wrote the recipe, and is ignored.",
                "Remove the line.", fix: isAlone ? [.delete(line: line)] : [])
        ]
    }

    /// The key `dependencies:`, where what is missing is told.
    var dependenciesMark: Mark {
        root.mapping?.first { $0.key.scalar?.text == "dependencies" }?.key.mark ?? root.mark
    }
}
