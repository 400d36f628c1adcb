import Foundation
import YAML

extension BerthConfiguration {
    /// Reads the file at `path`. Relative paths in it begin at its own directory.
    ///
    /// ```swift
    /// let configuration = try BerthConfiguration.load(path: "/etc/berth/berth.yaml")
    /// ```
    /// - Throws: ``ConfigurationError`` with everything that is wrong, each with its line and column.
    public static func load(path: String) throws(ConfigurationError) -> BerthConfiguration {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ConfigurationError([unreadable(path, error)])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError([.init(file: path, mark: nil, what: "It is not UTF-8 text.", remedy: "Save it as UTF-8.")])
        }
        let directory = URL(filePath: path).standardizedFileURL.deletingLastPathComponent().path
        return try BerthConfiguration(yaml: text, file: path, directory: directory, checkingFiles: true)
    }

    /// Reads the text of a `berth.yaml`.
    ///
    /// `file` is how problems name it; relative paths in it begin at `directory`. With `checkingFiles`,
    /// files that it names and that are absent are problems too.
    public init(
        yaml text: String, file: String = "berth.yaml", directory: String = "/etc/berth", checkingFiles: Bool = false
    ) throws(ConfigurationError) {
        self.init()
        let root: Node?
        do {
            root = try Node.parse(text)
        } catch {
            throw ConfigurationError([.init(file: file, mark: error.mark, what: error.problem.english, remedy: error.remedy.english)])
        }
        var reading = Reading(file: file, directory: directory, checksFiles: checkingFiles)
        if let root { SettingsReader.read(root, into: &self, &reading) }
        // Values that could not be read would be judged by their defaults.
        if reading.problems.isEmpty { checkTogether(root, &reading) }
        guard reading.problems.isEmpty else {
            throw ConfigurationError(reading.problems.sorted { ($0.mark.order, $0.what) < ($1.mark.order, $1.what) })
        }
    }

    /// All settings that are in force, defaults included, as YAML: what `berth config check` prints.
    public var inForce: String {
        var printer = SettingsPrinter()
        var copy = self
        copy.visit(&printer)
        return printer.lines.joined(separator: "\n") + "\n"
    }

    private static func unreadable(_ path: String, _ error: any Error) -> ConfigurationError.Problem {
        let cocoa = error as? CocoaError
        let (what, remedy) =
            switch cocoa?.code {
            case .some(.fileReadNoSuchFile), .some(.fileNoSuchFile):
                ("There is no such file.", "Copy config/berth.yaml there, or name another with --config.")
            case .some(.fileReadNoPermission): ("This account may not read it.", "Run as root, or allow it to be read.")
            default: ("It can't be read: \(error.localizedDescription).", "Check the path.")
            }
        return .init(file: path, mark: nil, what: what, remedy: remedy)
    }
}

extension Mark? {
    fileprivate var order: Int { map { $0.line << 20 + $0.column } ?? -1 }
}
