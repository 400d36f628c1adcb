import Environments
import Testing
import YAML

@Suite("Lint: the CUDA that a solved recipe comes to") struct LintCUDATests {
    private static func lock(_ conda: [String], pip: [(String, String)] = []) -> Lock {
        Lock(
            platform: "linux-64", packages: LintTests.lock(conda).packages,
            pip: pip.map { PipPackage(name: $0, version: $1, url: "https://files.pythonhosted.org/\($0).whl", sha256: nil, direct: false) })
    }

    private static let gpu = "dependencies:\n  - python=3.11\n  - trainer=1\n"
    private static let ofGPU = lock([
        "python=3.11.2", "trainer=1: pytorch", "pytorch=2.9: cuda-version cuda-cudart", "cuda-version=13.0", "cuda-cudart=13.0.48",
    ])

    private func found(_ text: String, _ lock: Lock?, driver: String?, hasGPU: Bool? = nil) -> [LintFinding] {
        Lint.findings(in: text, context: LintContext(driver: driver, hasGPU: hasGPU, lock: lock)).filter {
            [.cudaDriver, .cudaDriverMinor, .gpuWithoutProfile].contains($0.rule)
        }
    }

    @Test("conda's is told at the line that brings it") func conda() throws {
        let findings = found(Self.gpu, Self.ofGPU, driver: "535.54.03")
        try #require(findings.count == 1, "\(findings)")
        #expect(findings[0].rule == .cudaDriver && findings[0].mark == Mark(line: 3, column: 5))
        #expect(
            findings[0].what.english
                == "“trainer” brings “cuda-version” 13.0: CUDA 13.0 needs the driver 580, and this host has 535.54.03.")
        #expect(findings[0].remedy.english.contains("CUDA 12.2 or older"))
        #expect(found(Self.gpu, Self.ofGPU, driver: "580.65.06").isEmpty && found(Self.gpu, nil, driver: "535").isEmpty)
        #expect(found(Self.gpu, Self.ofGPU, driver: nil).isEmpty)
    }

    @Test(
        "pip's too, whatever says which it is",
        arguments: [
            (
                "torch>=2", [("torch", "2.9.0"), ("nvidia-cuda-runtime", "13.0.48")], LintRule.cudaDriver,
                "“torch” brings “nvidia-cuda-runtime” 13.0.48"
            ),
            (
                "torch>=2", [("nvidia-cuda-runtime-cu12", "12.8.90"), ("torch", "2.9.0")], .cudaDriverMinor,
                "“torch” brings “nvidia-cuda-runtime-cu12” 12.8.90"
            ),
            ("torch>=2", [("nvidia-cuda-runtime", "13.0.48"), ("torch", "2.9.0+cu130")], .cudaDriver, "“torch” is 2.9.0+cu130"),
            (
                "jax[cuda]", [("jax", "0.6"), ("nvidia_cuda_runtime_cu13", "13.0")], .cudaDriver,
                "“jax” brings “nvidia_cuda_runtime_cu13” 13.0"
            ),
            ("ours==1", [("nvidia-cuda-runtime", "13.0.48"), ("ours", "1")], .cudaDriver, "pip brings “nvidia-cuda-runtime” 13.0.48"),
        ])
    func pip(line: String, packages: [(String, String)], rule: LintRule, says: String) throws {
        let text = "dependencies:\n  - python=3.11\n  - pip\n  - pip:\n    - six\n    - \(line)\n"
        let findings = found(text, Self.lock(["python=3.11.2", "pip=25"], pip: packages), driver: "535.54.03")
        try #require(findings.count == 1, "\(findings)")
        #expect(findings[0].rule == rule && findings[0].what.english.hasPrefix(says + ": CUDA 1"), "\(findings)")
        #expect(findings[0].mark == (line == "ours==1" ? Mark(line: 4, column: 5) : Mark(line: 6, column: 7)))
    }

    @Test(
        "What the recipe's own words say is not said twice",
        arguments: [
            ("  - cuda-version=13\n", lock(["cuda-version=13.0"])), ("  - trainer=1=*cuda130*\n  - cuda-version=13.0\n", ofGPU),
            (
                "  - pip\n  - pip:\n    - torch==2.9.0+cu130\n",
                lock([], pip: [("torch", "2.9.0+cu130"), ("nvidia-cuda-runtime", "13.0.48")])
            ),
            ("  - pip\n  - pip: ['jax[cuda13]']\n", lock([], pip: [("jax", "0.6"), ("nvidia-cuda-runtime", "13.0.48")])),
        ])
    func once(lines: String, lock: Lock) {
        let text = "dependencies:\n  - python=3.11\n" + lines
        let words = found(text, nil, driver: "535.54.03")
        #expect(!words.isEmpty && found(text, lock, driver: "535.54.03") == words)
    }

    @Test("An open version says nothing, and what came of it does") func open() {
        let text = "dependencies: [python=3.11, 'cuda-version=12']\n"
        #expect(found(text, nil, driver: "535.54.03").isEmpty)
        let findings = found(text, Self.lock(["cuda-version=12.9"]), driver: "535.54.03")
        #expect(findings.map(\.rule) == [.cudaDriverMinor] && findings.first?.mark == Mark(line: 1, column: 29), "\(findings)")
    }

    @Test("A profile without GPUs is told of what is for them") func profile() {
        #expect(found(Self.gpu, nil, driver: nil, hasGPU: false).isEmpty)
        let findings = found(Self.gpu, Self.ofGPU, driver: nil, hasGPU: false)
        #expect(
            findings.map(\.what.english) == ["“trainer” brings “cuda-version” 13.0: it is for GPUs, and the profile has none."])
        #expect(found(Self.gpu, Self.ofGPU, driver: nil, hasGPU: true).isEmpty)
        let words = "dependencies: [python=3.11, pytorch-gpu]\n"
        #expect(
            found(words, Self.ofGPU, driver: nil, hasGPU: false).map(\.what.english) == [
                "“pytorch-gpu” is for GPUs, and the profile has none."
            ])
        let asking = Self.lock(["trainer=1: __cuda"])
        #expect(found(Self.gpu, asking, driver: nil, hasGPU: false).first?.what.english.hasPrefix("“trainer” is 1: ") == true)
    }
}
