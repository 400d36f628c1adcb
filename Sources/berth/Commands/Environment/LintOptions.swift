import ArgumentParser
import Environments
import Foundation

/// What `lint` and `check` take: where the environment will run, and how to tell.
struct LintOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, github }

    @Option(help: "How to tell: text, json, or github (annotations of its workflows).")
    var format = Format.text

    @Option(help: "The NVIDIA driver of the host, such as 550.54.14.")
    var driver: String?

    @Flag(inversion: .prefixedNo, help: "Whether the profile has GPUs.")
    var gpu: Bool?

    @Flag(inversion: .prefixedNo, help: "Whether the image has a Jupyter of its own.")
    var imageJupyter: Bool?

    @Option(help: "A lock that the recipe was solved to, as JSON; some rules need it.")
    var lock: String?

    @Option(help: "A file with the names of packages that the channels have, one on a line.")
    var channelPackages: String?

    func validate() throws {
        let isVersion = driver?.wholeMatch(of: /[0-9]{1,4}(\.[0-9]{1,4}){0,2}/) != nil
        guard driver == nil || isVersion else {
            throw ValidationError("“\(driver ?? "")” is no version of a driver. Write one such as 550.54.14.")
        }
    }

    func context(platform: String? = nil) throws -> LintContext {
        LintContext(
            platform: platform, driver: driver, hasGPU: gpu, imageHasJupyter: imageJupyter,
            channelPackages: Set(
                try channelPackages.map(EnvironmentFile.text)?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []),
            lock: try lock.map(EnvironmentFile.lock))
    }

    /// Shows the findings on standard output, unless something else is there already.
    ///
    /// - Throws: the exit status: 1 where there is a warning, 2 where there is an error.
    func tell(_ report: LintReport, to output: FileHandle = .standardOutput) throws {
        let text =
            switch format {
            case .text: report.text
            case .json: try report.json
            case .github: report.github
            }
        try output.write(contentsOf: Data(text.utf8))
        switch report.worst {
        case .error: throw ExitCode(2)
        case .warning: throw ExitCode(1)
        case .hint, nil: break
        }
    }
}
