import Configuration
import Foundation
import Glibc
import LauncherProtocol
import Synchronization

/// The driver's own tool, asked no more often than needed: it is slow where no program keeps the driver awake.
final class NvidiaSMI: Sendable {
    private let command: String
    private let devices = Mutex<Kept<[GPUDevice]>?>(nil)
    private let driver = Mutex<Kept<String?>?>(nil)
    private let uses = Mutex<Kept<[String: GPUSummary.Use]>?>(nil)
    /// What it is being asked.
    private let asked = Mutex<[[String]: Task<String?, Never>]>([:])

    private struct Kept<Value: Sendable>: Sendable {
        let value: Value
        let since = ContinuousClock.now
    }

    private enum Bound {
        /// GPUs are divided and replaced seldom, …
        static let devices = Duration.seconds(60)
        /// … but used differently every moment.
        static let uses = Duration.seconds(2)
        /// A driver in trouble lets its tool hang; in seconds.
        static let patience: Double = 20
    }

    init(command: String) { self.command = command }

    /// The GPUs and MIG devices of this host; none where the tool is missing or fails.
    func knownDevices() async -> [GPUDevice] {
        if let kept = devices.withLock({ $0 }), kept.since.duration(to: .now) < Bound.devices { return kept.value }
        let found = GPUDevice.devices(list: await run(["-L"]) ?? "")
        devices.withLock { $0 = Kept(value: found) }
        return found
    }

    /// The driver's version, such as `550.54.14`; nil where there is none.
    func knownDriver() async -> String? {
        if let kept = driver.withLock({ $0 }), kept.since.duration(to: .now) < Bound.devices { return kept.value }
        let told = await run(["--query-gpu=driver_version", "--format=csv,noheader"]) ?? ""
        // One line for each GPU, all the same; a driver in trouble writes its complaint there.
        let found = told.split(whereSeparator: \.isNewline).first.map(String.init).flatMap { line in
            line.isEmpty || line.contains { !$0.isNumber && $0 != "." } ? nil : line
        }
        driver.withLock { $0 = Kept(value: found) }
        return found
    }

    /// How whole GPUs are used, by UUID; none where that can't be known.
    func knownUses() async -> [String: GPUSummary.Use] {
        if let kept = uses.withLock({ $0 }), kept.since.duration(to: .now) < Bound.uses { return kept.value }
        let found = GPUUse.uses(csv: await run(["--query-gpu=\(GPUUse.query)", "--format=csv,noheader,nounits"]) ?? "")
        uses.withLock { $0 = Kept(value: found) }
        return found
    }

    /// What it prints; nil where it fails, or does not answer. Who asks the same meanwhile waits for the same answer.
    private func run(_ arguments: [String]) async -> String? {
        let asking = asked.withLock { asked in
            if let asking = asked[arguments] { return asking }
            let asking = Task { [self] in await answer(arguments) }
            asked[arguments] = asking
            return asking
        }
        return await asking.value
    }

    /// A tool that waits for a wedged driver can't be ended. It is given up, and not asked again until it ends: so
    /// it costs one thread, however often it is asked.
    private func answer(_ arguments: [String]) async -> String? {
        let (answers, answer) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingOldest(1))
        DispatchQueue.global().async { [self] in
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [command] + arguments
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            let isRunning = (try? process.run()) != nil
            let clock = DispatchWorkItem {
                if isRunning { kill(process.processIdentifier, SIGKILL) }
                answer.yield(nil)
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + Bound.patience, execute: clock)
            let text = isRunning ? String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) : ""
            if isRunning { process.waitUntilExit() }
            clock.cancel()
            asked.withLock { $0[arguments] = nil }
            answer.yield(isRunning && process.terminationStatus == 0 ? text : nil)
        }
        for await text in answers { return text }
        return nil
    }
}
