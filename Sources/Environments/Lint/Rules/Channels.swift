import Phrases
import YAML

/// Where packages come from.
extension LintSubject {
    /// What no longer gets releases: the last there is, and what to use in its place.
    private static let deadChannels: [String: (what: Phrase, remedy: Phrase)] = [
        "pytorch": (
            "The channel “pytorch” has no releases after 2.5 (pytorch/pytorch issue 138506).",
            "Use conda-forge: “pytorch-gpu” with “cuda-version=12.X”, or “pytorch-cpu”."
        ),
        "pytorch-nightly": (
            "The channel “pytorch-nightly” has been given up with the channel “pytorch” (pytorch/pytorch issue 138506).",
            "Use pip with “--extra-index-url https://download.pytorch.org/whl/nightly/cuXYZ”."
        ),
        "free": (
            "The channel “free” gets nothing since 2017, and conda leaves it out since 4.7.",
            "Use conda-forge."
        ),
    ]

    private static let deadPackages: [String: (what: Phrase, remedy: Phrase)] = [
        "cudatoolkit": (
            "“cudatoolkit” ends at CUDA 11.8.",
            "Ask for “cuda-version=12.X”, which picks the CUDA of the packages that need it, or for “cuda-toolkit” to compile."
        ),
        "cudatoolkit-dev": ("“cudatoolkit-dev” ends at CUDA 11.7.", "Ask for “cuda-toolkit”."),
        "pytorch-cuda": (
            "“pytorch-cuda” exists only beside the channel “pytorch”, which has no releases after 2.5.",
            "Ask conda-forge for “pytorch-gpu” and “cuda-version=12.X”."
        ),
    ]

    private static let deadRequirements: [String: (what: Phrase, remedy: Phrase, instead: String?)] = [
        "sklearn": ("“sklearn” on PyPI is a deprecated placeholder.", "Write “scikit-learn”.", "scikit-learn"),
        "pytorch": ("“pytorch” on PyPI is a placeholder that refuses to install.", "Write “torch”.", "torch"),
        "tensorflow-gpu": ("“tensorflow-gpu” on PyPI refuses to install since 2.12.", "Write “tensorflow[and-cuda]”.", nil),
    ]

    var mixedChannels: [LintFinding] {
        let named = recipe.channels.map { ($0, Self.name(of: $0.text)) }
        guard named.contains(where: { $0.1 == "conda-forge" }) else { return [] }
        return named.filter { ["defaults", "main", "r", "anaconda", "msys2"].contains($0.1) }.map { line, _ in
            LintFinding(
                .mixedChannels, line.mark,
                "“\(URLSecret.hidden(line.text))” beside conda-forge mixes libraries that were not built for each other.",
                "Keep conda-forge alone, with “nodefaults”; Anaconda's channels also ask larger organisations for a licence.")
        }
    }

    var deadChannels: [LintFinding] {
        let channels = recipe.channels.compactMap { line in
            Self.deadChannels[Self.name(of: line.text)].map { LintFinding(.deadChannel, line.mark, $0.what, $0.remedy) }
        }
        let specs = recipe.dependencies.compactMap { dependency -> LintFinding? in
            guard let channel = MatchSpecParts(dependency.spec)?.channel, let dead = Self.deadChannels[Self.name(of: channel)] else {
                return nil
            }
            return LintFinding(.deadChannel, dependency.mark, dead.what, dead.remedy)
        }
        return channels + specs
    }

    var deadPackages: [LintFinding] {
        let conda = recipe.dependencies.compactMap { dependency in
            Self.deadPackages[dependency.name].map { LintFinding(.deadPackage, dependency.mark, $0.what, $0.remedy) }
        }
        let pip = recipe.pip.compactMap { line -> LintFinding? in
            guard let parts = RequirementParts(line.text), let dead = Self.deadRequirements[parts.name] else { return nil }
            // A version of the placeholder says nothing about the real one.
            let fix = dead.instead.map { parts.spelling == line.text ? replacing(line.text, at: line.mark, with: $0) : [] } ?? []
            return LintFinding(.deadPackage, line.mark, dead.what, dead.remedy, fix: fix)
        }
        return conda + pip
    }

    var secrets: [LintFinding] {
        let lines =
            recipe.channels + recipe.pip + recipe.dependencies.map { Recipe.Line($0.spec, at: $0.mark) }
            + (root["variables"]?.mapping ?? []).compactMap { entry in entry.value.scalar.map { Recipe.Line($0.text, at: entry.value.mark) }
            }
        return lines.filter { URLSecret.isIn($0.text) }.map { line in
            LintFinding(
                .secretInURL, line.mark,
                "“\(URLSecret.hidden(line.text))” has a password or token in it, and recipes are kept and shared for ever.",
                "Take it out and make it invalid where it was given; pip reads “${NAME}” from the environment, and conda reads its own configuration."
            )
        }
    }

    /// `conda-forge` of `https://conda.anaconda.org/conda-forge/linux-64`, `main` of `https://repo.anaconda.com/pkgs/main`.
    private static func name(of channel: String) -> String {
        let path = channel.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        let isPlatform = { (part: String) in
            part == "noarch" || part.hasPrefix("linux-") || part.hasPrefix("osx-") || part.hasPrefix("win-")
        }
        guard channel.contains("://") else { return path.first { $0 != "pkgs" } ?? channel }
        // Another host's “pytorch” may be alive: only Anaconda's own are judged by their name.
        guard path.count > 2, path[1].hasSuffix("anaconda.org") || path[1].hasSuffix("anaconda.com") else { return channel }
        return path.last { !isPlatform($0) } ?? channel
    }
}
