import LauncherProtocol
import Testing

@testable import Spawner

@Suite struct ExitTests {
    private func reason(_ code: Int, oom: Bool = false, engine: String = "", log: [String] = []) -> String {
        ExitReason(exitCode: code, isOutOfMemory: oom, engineError: engine, image: "i:1", environment: "e", log: log).text.english
    }

    @Test func tellsWhy() {
        #expect(reason(0).contains("told to shut down"))
        #expect(reason(137).contains("signal 9 (killed)"))
        #expect(reason(137, oom: true).contains("out of memory"))
        #expect(reason(139).contains("segmentation fault"))
        #expect(reason(1).contains("status 1"))
        #expect(reason(128, engine: "no such device").contains("no such device"))
        #expect(reason(78).contains("status 78"))
        #expect(
            reason(78, log: [StartScript.noJupyterMark]).hasPrefix(
                "Neither the image nor the environment has Jupyter (image “i:1”, environment “e”)"))
    }

    @Test(arguments: [
        (
            FailureCause.driverTooOld,
            "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver", ""
        ),
        (.driverTooOld, "", "RuntimeError: CUDA driver version is insufficient for CUDA runtime version"),
        (.noGPU, "could not select device driver \"nvidia\" with capabilities: [[gpu]]", ""),
        (.noGPU, "nvidia-container-cli: device error: GPU-9: unknown device", ""),
        (.diskFull, "mkdir /var/lib/docker/overlay2/x: no space left on device", ""),
        (.diskFull, "", "OSError: [Errno 28] No space left on device: '/home/a/.local/share'"),
        (.diskFull, "", "OSError: [Errno 122] Disk quota exceeded"),
        (.homeDenied, "", "PermissionError: [Errno 13] Permission denied: '/home/a/.jupyter'"),
        (.homeDenied, "", "OSError: [Errno 30] Read-only file system: '/data/a/.local'"),
        (.noJupyter, "", "ModuleNotFoundError: No module named 'jupyter_server'"),
        (.noJupyter, "", StartScript.noJupyterMark),
    ])
    func knowsTheCause(cause: FailureCause, engine: String, line: String) {
        let code = line == StartScript.noJupyterMark ? StartScript.noJupyterStatus : 1
        let reason = ExitReason(
            exitCode: code, isOutOfMemory: false, engineError: engine, image: "i:1", environment: "e", log: ["before", line, "after"])
        #expect(reason.cause == cause)
        #expect(reason.text.english.contains(". ") || reason.text.english.contains("): "), "it says what to do: \(reason.text)")
    }

    @Test func whatItDoesNotKnowItDoesNotGuess() {
        for line in ["Permission denied: '/etc/shadow'", "No module named 'numpy'", "MemoryError", "Killed"] {
            let reason = ExitReason(exitCode: 1, isOutOfMemory: false, engineError: "", image: "i", environment: "", log: [line])
            #expect(reason.cause == nil && reason.text.english.contains("status 1"), "\(line)")
        }
        let engine = ExitReason(exitCode: 128, isOutOfMemory: false, engineError: "bad mount", image: "i", environment: "", log: [])
        #expect(engine.cause == nil && engine.text.english.contains("bad mount"))
        // Out of memory is what the system says, not the log.
        let memory = ExitReason(
            exitCode: 137, isOutOfMemory: true, engineError: "", image: "i", environment: "", log: ["No space left on device"])
        #expect(memory.cause == .outOfMemory)
        #expect(ExitReason(exitCode: 0, isOutOfMemory: false, engineError: "", image: "", environment: "", log: []).cause == .shutDown)
    }

    private func record(_ name: String, started: Double = 1, running: Bool = true) -> ServerRecord {
        ServerRecord(
            id: ServerID(owner: name), uid: 1, container: name, socketDirectory: "", socketName: "", secret: "", profile: "",
            environment: nil,
            started: started, running: running)
    }

    @Test func whatCouldNotBeToldStaysNews() {
        let known = ReportedServers()
        let asked = [known.isNews("1", record("a", running: false)), known.isNews("1", record("a", running: false))]
        #expect(asked == [true, true])
    }

    @Test func tellsNewsOnce() {
        var known = ReportedServers()
        let told = [record("a"), record("a"), record("a", running: false), record("a", started: 2)].map { record in
            defer { known.note("1", record) }
            return known.isNews("1", record)
        }
        #expect(told == [true, false, true, true])
        let forgotten = [known.forget("1"), known.forget("1")]
        #expect(forgotten == [ServerID(owner: "a"), nil])
    }

    /// While the engine was away one server went, and another's container was replaced.
    @Test func noticesWhatVanished() {
        var known = ReportedServers()
        known.note("1", record("a"))
        known.note("2", record("b"))
        known.note("3", record("b", started: 2))
        let vanished = [known.vanished(present: ["3"]), known.vanished(present: ["3"])]
        #expect(vanished == [[ServerID(owner: "a")], []])
    }
}
