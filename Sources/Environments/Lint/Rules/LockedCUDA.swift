import Phrases
import YAML

/// GPUs, drivers and CUDA, once the recipe was solved: pip asks no driver before it brings a CUDA, and names seldom say which.
extension LintSubject {
    /// A package of the lock that says which CUDA comes.
    struct LockedCUDA {
        let name: String
        let version: String
        /// `12.8`
        let cuda: String
        let isOfPip: Bool
    }

    var lockedCUDA: [LintFinding] {
        let packages = cudasOfLock
        guard let driver = context.driver, !packages.isEmpty else { return [] }
        let told = asked.compactMap { asked in want(of: asked.cuda, on: driver).map { ($0.rule, asked) } }
        return packages.compactMap { package in
            guard let (rule, needed) = want(of: package.cuda, on: driver) else { return nil }
            let (mark, source) = origin(of: package)
            guard
                !told.contains(where: { toldRule, asked in
                    toldRule == rule
                        && (asked.line.mark == mark
                            || asked.isOfPip == package.isOfPip && Self.major(asked.cuda) == Self.major(package.cuda))
                })
            else { return nil }
            let best = Self.newestCUDA(for: driver)
            guard rule == .cudaDriver else {
                return LintFinding(
                    rule, mark,
                    "\(source): CUDA \(package.cuda) came with the driver \(needed), and this host has \(driver): it runs, but code that is compiled on the fly (PTX) may not.",
                    "Ask for \(best) to be on the safe side.")
            }
            return LintFinding(
                rule, mark, "\(source): CUDA \(package.cuda) needs the driver \(needed), and this host has \(driver).",
                package.isOfPip
                    ? "Ask for what is built for \(best), by its version or with PyTorch's “--extra-index-url https://download.pytorch.org/whl/cuXYZ”, or have the driver renewed."
                    : "Ask for \(best) with “cuda-version”, or have the driver renewed.")
        }
    }

    /// What in the lock is for GPUs, where no line of the recipe says so itself.
    var lockedForGPU: LintFinding? {
        guard let lock = context.lock else { return nil }
        let drivers = lock.packages.first { $0.depends.contains { MatchSpecName.name(in: $0) == "__cuda" } }.map {
            LockedCUDA(name: $0.name, version: $0.version, cuda: "", isOfPip: false)
        }
        guard let package = cudasOfLock.first ?? drivers else { return nil }
        let (mark, source) = origin(of: package)
        return LintFinding(
            .gpuWithoutProfile, mark, "\(source): it is for GPUs, and the profile has none.",
            "Choose a profile with a GPU, or the package's CPU variant, which is much smaller.")
    }

    /// One of conda, for its packages are chosen for one CUDA, and one of pip for each major version.
    private var cudasOfLock: [LockedCUDA] {
        guard let lock = context.lock else { return [] }
        let conda = ["cuda-version", "cuda-cudart", "cudatoolkit"].lazy.compactMap { name in lock.packages.first { $0.name == name } }.first
        let ofConda = conda.flatMap { package in
            Self.number(in: package.version[...]).map { LockedCUDA(name: package.name, version: package.version, cuda: $0, isOfPip: false) }
        }
        // What people know by its name comes before the libraries that it brings.
        let pip = lock.pip.sorted { normalised($0.name) == "torch" && normalised($1.name) != "torch" }
        var majors: Set<String> = []
        let ofPip = (pip.compactMap(Self.marked) + pip.compactMap(Self.runtime)).filter { majors.insert(Self.major($0.cuda)).inserted }
        return [ofConda].compactMap(\.self) + ofPip
    }

    /// `torch 2.9.0+cu130`
    private static func marked(_ package: PipPackage) -> LockedCUDA? {
        guard let plus = package.version.firstIndex(of: "+"), let cuda = tagged(String(package.version[plus...].dropFirst())) else {
            return nil
        }
        return LockedCUDA(name: package.name, version: package.version, cuda: cuda, isOfPip: true)
    }

    /// `nvidia-cuda-runtime-cu12 12.8.90`, from 13 on without the last part.
    private static func runtime(_ package: PipPackage) -> LockedCUDA? {
        let name = normalised(package.name)
        guard name == "nvidia-cuda-runtime" || name.hasPrefix("nvidia-cuda-runtime-cu"), let cuda = number(in: package.version[...]) else {
            return nil
        }
        return LockedCUDA(name: package.name, version: package.version, cuda: cuda, isOfPip: true)
    }

    /// The recipe's line that brings a package, and how it does.
    private func origin(of package: LockedCUDA) -> (Mark, Phrase) {
        if let mark = recipe.mark(of: package.name) { return (mark, "“\(package.name)” is \(package.version)") }
        if package.isOfPip {
            // A lock doesn't say who needs what of pip's; these are known to.
            let bringer = recipe.pip.first { line in
                guard let parts = RequirementParts(line.text) else { return false }
                return Self.bringCUDA.contains(parts.name) || parts.extras.contains { $0.contains("cuda") }
            }
            guard let bringer, let parts = RequirementParts(bringer.text) else {
                return (pipKey ?? dependenciesMark, "pip brings “\(package.name)” \(package.version)")
            }
            return (bringer.mark, "“\(parts.spelling)” brings “\(package.name)” \(package.version)")
        }
        let asked = Set(recipe.dependencies.map(\.name))
        let root = context.lock.flatMap { Explanation(of: package.name, in: $0, asked: asked) }?.chains.first?.first
        guard let root, let mark = recipe.mark(of: root) else {
            return (dependenciesMark, "The recipe brings “\(package.name)” \(package.version)")
        }
        return (mark, "“\(root)” brings “\(package.name)” \(package.version)")
    }

    private static let bringCUDA: Set = [
        "torch", "torchvision", "torchaudio", "xformers", "vllm", "accelerate", "lightning", "pytorch-lightning", "sentence-transformers",
    ]

    /// What a CUDA wants of a driver, where that has not all of it.
    private func want(of cuda: String, on driver: String) -> (rule: LintRule, needed: String)? {
        switch CUDADriver.verdict(cuda: cuda, driver: driver) {
        case .tooOld(let needed): (.cudaDriver, needed)
        case .limited(let needed): (.cudaDriverMinor, needed)
        case .runs, .unknown: nil
        }
    }

    private static func major(_ cuda: String) -> String { String(cuda.prefix { $0 != "." }) }
}
