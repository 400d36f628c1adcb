import Phrases
import YAML

/// GPUs, drivers and CUDA.
extension LintSubject {
    /// conda packages whose own version is CUDA's.
    private static let cudaPackages: Set = [
        "cuda", "cuda-version", "cuda-toolkit", "cuda-runtime", "cuda-cudart", "cuda-nvcc", "cuda-libraries", "cudatoolkit", "pytorch-cuda",
    ]

    var cuda: [LintFinding] {
        guard let driver = context.driver else { return [] }
        let best = Self.newestCUDA(for: driver)
        return asked.compactMap { asked in
            let (line, version) = (asked.line, asked.cuda)
            switch CUDADriver.verdict(cuda: version, driver: driver) {
            case .tooOld(let needs):
                return LintFinding(
                    .cudaDriver, line.mark, "CUDA \(version) needs the driver \(needs), and this host has \(driver).",
                    "Ask for \(best), or have the driver renewed.")
            case .limited(let needs):
                return LintFinding(
                    .cudaDriverMinor, line.mark,
                    "CUDA \(version) came with the driver \(needs), and this host has \(driver): it runs, but code that is compiled on the fly (PTX) may not.",
                    "Ask for \(best) to be on the safe side.")
            case .runs, .unknown: return nil
            }
        }
    }

    /// What to ask for in place of a CUDA that is too new.
    static func newestCUDA(for driver: String) -> Phrase {
        CUDADriver.newest(for: driver).map { "CUDA \($0) or older" } ?? "an older CUDA"
    }

    var gpuWithoutProfile: [LintFinding] {
        guard context.hasGPU == false else { return [] }
        guard let line = lines.first(where: Self.needsGPU) else { return [lockedForGPU].compactMap(\.self) }
        return [
            LintFinding(
                .gpuWithoutProfile, line.mark, "“\(URLSecret.hidden(line.text))” is for GPUs, and the profile has none.",
                "Choose a profile with a GPU, or the package's CPU variant, which is much smaller.")
        ]
    }

    /// A line that asks for some CUDA: `12.4`, or `12`.
    struct AskedCUDA {
        let line: Recipe.Line
        let cuda: String
        let isOfPip: Bool
    }

    var asked: [AskedCUDA] {
        let conda = recipe.dependencies.compactMap { dependency -> (Recipe.Line, String)? in
            guard let parts = MatchSpecParts(dependency.spec) else { return nil }
            let line = Recipe.Line(dependency.spec, at: dependency.mark)
            if Self.cudaPackages.contains(parts.name), let version = parts.version {
                // What is only an upper bound asks for nothing.
                guard version.first != "<", version.first != "!" else { return nil }
                return Self.number(in: version.drop { !$0.isNumber }).map { (line, $0) }
            }
            return parts.build.flatMap(Self.tagged).map { (line, $0) }
        }
        let pip = recipe.pip.compactMap { line -> (Recipe.Line, String)? in
            if let version = Self.tagged(line.text) { return (line, version) }
            guard let parts = RequirementParts(line.text), let extra = parts.extras.first(where: { $0.hasPrefix("cuda") }) else {
                return nil
            }
            return Self.number(in: extra.dropFirst(4)).map { (line, $0) }
        }
        return conda.map { AskedCUDA(line: $0, cuda: $1, isOfPip: false) } + pip.map { AskedCUDA(line: $0, cuda: $1, isOfPip: true) }
    }

    /// The number at the beginning: `12.4` of `12.4.*`.
    static func number(in text: Substring) -> String? {
        let parts = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").prefix(2)
        return parts.isEmpty ? nil : parts.joined(separator: ".")
    }

    /// CUDA as builds and wheels are marked: `cu124`, `cuda126`, `cuda12x`, `cu12`. The last digit of three is the minor version.
    static func tagged(_ text: String) -> String? {
        for mark in ["cuda", "cu"] {
            for range in text.ranges(of: mark) {
                let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
                let digits = text[range.upperBound...].prefix { $0.isNumber }
                let after = text[digits.endIndex...].first
                guard before?.isLetter != true, (2...3).contains(digits.count), after.map({ $0.isLetter && $0 != "x" && $0 != "p" }) != true
                else { continue }
                return digits.count == 3 ? "\(digits.prefix(2)).\(digits.suffix(1))" : String(digits)
            }
        }
        return nil
    }

    private static func needsGPU(_ line: Recipe.Line) -> Bool {
        let text = line.text.lowercased()
        if PipLine.isOption(text) { return false }
        if let parts = MatchSpecParts(text), gpuPackages.contains(parts.name) { return true }
        if let build = MatchSpecParts(text)?.build, build.contains("cuda") { return true }
        guard let parts = RequirementParts(text) else { return false }
        return gpuPackages.contains(parts.name) || parts.extras.contains { $0.contains("cuda") } || tagged(text) != nil
    }

    private static let gpuPackages: Set = cudaPackages.union([
        "pytorch-gpu", "tensorflow-gpu", "cupy", "cudnn", "nccl", "rapids", "cudf", "cuml", "cugraph", "nvidia-ml-py", "tensorrt",
        "faiss-gpu",
        "py-xgboost-gpu", "jax-cuda12-plugin", "jax-cuda13-plugin",
    ]).subtracting(["cuda-version", "nvidia-ml-py"])

    private var lines: [Recipe.Line] { recipe.dependencies.map { Recipe.Line($0.spec, at: $0.mark) } + recipe.pip }
}
